/** Requests to this server: typed by its OpenAPI document, and sentences when something is wrong. */
import createClient, { type Middleware } from "openapi-fetch";

import { text } from "$lib/text";

import type { paths } from "./schema";

const PATIENCE_MS = 20_000;

/** What the server, or the way to it, refused; `message` is a sentence for whoever sits here. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    readonly reason: string | null = null,
  ) {
    super(sentence);
    this.name = "Problem";
  }
}

const page: Middleware = {
  onRequest({ request }) {
    // Without it the server takes no change: no other site's page can send it.
    if (request.method !== "GET") request.headers.set("x-curtilage", "page");
    return request;
  },
};

/** A `fetch` that waits so long: for requests of which the server says that they take their time. */
export function patience(ms: number): typeof fetch {
  return (input, init) => {
    const ours = AbortSignal.timeout(ms);
    const given = input instanceof Request ? input.signal : init?.signal;
    return fetch(input, { ...init, signal: given ? AbortSignal.any([given, ours]) : ours });
  };
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: patience(PATIENCE_MS) });
api.use(page);

/** Called when the server says that nobody is signed in (any more). */
let signedOut: () => void = () => undefined;
export function onSignedOut(call: () => void): void {
  signedOut = call;
}

type Answered<T> = { data?: T; error?: unknown; response: Response };

/**
 * The data of an answer, or a `Problem`: `await ask(api.GET("/api/cameras"))`.
 *
 * An `AbortError` of the caller's own signal is passed on as it is.
 */
export async function ask<T>(request: Promise<Answered<T>>): Promise<T> {
  let answer: Answered<T>;
  try {
    answer = await request;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, text.server.silent);
  }
  if (answer.response.ok) return answer.data as T;
  const { status } = answer.response;
  if (status === 401) signedOut();
  throw new Problem(status, sentence(answer.error) ?? text.server.answered(status), reasonOf(answer.error));
}

/** The sentence in an error's body, however it is dressed. */
export function sentence(told: unknown): string | null {
  if (typeof told !== "object" || told === null) return null;
  const body = told as Record<string, unknown>;
  const said = body.sentence ?? body.detail ?? body.message;
  if (typeof said === "string") return said;
  if (!Array.isArray(said)) return null;
  const parts = said.map((one: Record<string, unknown>) => one.sentence ?? one.msg);
  return parts.filter((part) => typeof part === "string").join(" ") || null;
}

function reasonOf(told: unknown): string | null {
  const reason = (told as Record<string, unknown> | null)?.reason;
  return typeof reason === "string" ? reason : null;
}
