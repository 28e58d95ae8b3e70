// Requests to this server: JSON in and out, and sentences when something is wrong.

export class Problem extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

async function ask(method, path, body) {
  const headers = { accept: "application/json" };
  if (method !== "GET") headers["x-curtilage"] = "page";
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(15000) });
  } catch {
    throw new Problem(0, "The server does not answer.");
  }
  const text = await answer.text();
  let told = null;
  try {
    told = text ? JSON.parse(text) : null;
  } catch {
    told = null;
  }
  if (answer.ok) return told;
  throw new Problem(answer.status, sentence(told) ?? `The server answered ${answer.status}.`);
}

function sentence(told) {
  const said = told?.sentence ?? told?.detail ?? told?.message;
  if (Array.isArray(said)) return said.map((one) => one.sentence ?? one.msg).join(" ");
  return typeof said === "string" ? said : undefined;
}
