/** What an owner types when adding a camera: addresses, names, days; and what is wrong with them. */

export const PURPOSE_LEAST = 8;
export const PURPOSE_MOST = 500;
export const DAYS_MOST = 3650;
const NAME = /^[a-z0-9][a-z0-9_-]{0,47}$/;
const NAME_MOST = 48;
/** What an address of ours could be mistaken for. */
const OURS = ["add"];
/** Words of makers that say nothing of where a camera is, or which. */
const EMPTY = /^(\d*|ipc|ipcam|ip|cam|camera|network|onvif|unknown|device|profile|http|rtsp)$/;

export interface Login {
  url: string;
  user: string;
  password: string;
}

/** An address without the user and password in it, and those. */
export function splitLogin(typed: string): Login {
  const bare = { url: typed.trim(), user: "", password: "" };
  const found = /^([a-z0-9+.-]+:\/\/)([^/?#]*)@([^@]*)$/i.exec(bare.url);
  if (!found) return bare;
  const [, scheme = "", who = "", rest = ""] = found;
  const colon = who.indexOf(":");
  const [user, password] = colon < 0 ? [who, ""] : [who.slice(0, colon), who.slice(colon + 1)];
  return { url: scheme + rest, user: plain(user), password: plain(password) };
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a camera at this address may have a user and password. */
export function mayNeedLogin(url: string): boolean {
  return !/^(file|v4l2):/i.test(url.trim());
}

/** The host in an address, or the file's name: what an owner calls it by while it has no name. */
export function shortOf(url: string): string {
  const [, scheme = "", rest = url] = /^([a-z0-9+.-]+):\/\/(.*)$/i.exec(url.trim()) ?? [];
  if (/^(file|v4l2)$/i.test(scheme)) return plain(rest.split("/").findLast(Boolean) ?? rest);
  return rest.split(/[/?#]/)[0]?.replace(/^.*@/, "") ?? rest;
}

/** Whether it is called like a file, not like a folder. */
export function isFile(name: string): boolean {
  return /\.[a-z0-9]{1,5}$/i.test(name);
}

/** A name that no other camera has, from the first of the words that gives one. */
export function suggestName(words: readonly string[], taken: readonly string[]): string {
  const base = words.map(slug).find((word) => !word.split("-").every((part) => EMPTY.test(part))) ?? "camera";
  for (let n = 1; ; n += 1) {
    const tail = n === 1 ? "" : `-${n}`;
    const name = base.slice(0, NAME_MOST - tail.length) + tail;
    if (!taken.includes(name) && !OURS.includes(name)) return name;
  }
}

function slug(word: string): string {
  return word
    .replace(/\.[a-z0-9]{2,4}$/i, "")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, NAME_MOST);
}

export function nameFlaw(
  name: string,
  taken: readonly string[],
): "nameMissing" | "nameWrong" | "nameTaken" | null {
  if (name === "") return "nameMissing";
  if (!NAME.test(name)) return "nameWrong";
  return taken.includes(name) || OURS.includes(name) ? "nameTaken" : null;
}

export function purposeFlaw(purpose: string): "purposeShort" | null {
  return purpose.trim().length < PURPOSE_LEAST ? "purposeShort" : null;
}

export function daysFlaw(days: number | null | undefined): "daysWrong" | null {
  return days !== null && days !== undefined && days >= 1 && days <= DAYS_MOST ? null : "daysWrong";
}

/** "3 min 20 s": the two largest units of a span. */
export function spanOf(seconds: number): string {
  let left = Math.round(Math.abs(seconds));
  const parts: string[] = [];
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
