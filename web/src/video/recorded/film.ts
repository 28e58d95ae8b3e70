/** One film on its way: opened, read in whole fragments, given up when another is wanted more. */
import { FragmentReader, type Piece } from "./fragmentReader";
import type { Span } from "./spans";

const SILENCE_MS = 20_000;

/** The server has no such film. */
export class FilmRefused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
    this.name = "FilmRefused";
  }
}

export class Film {
  readonly asked: Span;
  readonly #path: string;
  readonly #turn = new AbortController();
  #answer: Response | null = null;
  #reached: number;
  #until: number;

  constructor(path: string, asked: Span) {
    this.#path = path;
    this.asked = asked;
    this.#reached = asked[0];
    this.#until = asked[1];
  }

  get isStopped(): boolean {
    return this.#turn.signal.aborted;
  }

  /** What of it is still to come. */
  get rest(): Span {
    return [this.#reached, this.#until];
  }

  /** Pictures until there are buffered. */
  reached(at: number): void {
    this.#reached = Math.max(this.#reached, at);
  }

  /** UTC ms of media time 0, and the type for `addSourceBuffer`. */
  async open(): Promise<{ start: number; type: string }> {
    const signal = AbortSignal.any([this.#turn.signal, AbortSignal.timeout(SILENCE_MS)]);
    const opening = new AbortController();
    const stop = (): void => opening.abort();
    signal.addEventListener("abort", stop, { once: true });
    const answer = await fetch(this.#path, { signal: opening.signal });
    signal.removeEventListener("abort", stop);
    if (!answer.ok) {
      throw new FilmRefused(answer.status, answer.headers.get("x-reason") ?? `${answer.status}`);
    }
    this.#answer = answer;
    const next = answer.headers.get("x-next") ?? answer.headers.get("x-end");
    if (next) this.#until = Math.min(this.#until, Date.parse(next));
    return {
      start: Date.parse(answer.headers.get("x-start") ?? ""),
      type: answer.headers.get("content-type") ?? "",
    };
  }

  /** Each whole fragment, the next one when the one before was taken. */
  async read(take: (piece: Piece) => Promise<void>): Promise<void> {
    const reader = this.#answer?.body?.getReader();
    if (!reader) return;
    const stop = (): void => void reader.cancel().catch(() => undefined);
    this.#turn.signal.addEventListener("abort", stop, { once: true });
    const fragments = new FragmentReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.isStopped) return;
      for (const piece of fragments.push(value)) {
        await take(piece);
        if (this.isStopped) return;
      }
    }
  }

  stop(): void {
    this.#turn.abort();
  }
}
