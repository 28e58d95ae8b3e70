/**
 * Pictures of a camera for somebody who scrubs: one question at a time, and then the newest wish.
 *
 * So none is asked for that nobody waits for, and requests do not overtake each other.
 */
import { type PictureWish, picturePath } from "./footage";

const PATIENCE_MS = 5_000;

export interface Thumb {
  /** An address for <img>; valid until the next picture or `close`. */
  url: string;
  /** The moment that was wished for, and that of the picture (UTC ms). */
  wished: number;
  at: number;
}

export class Thumbs {
  readonly #show: (thumb: Thumb | null) => void;
  #wish: PictureWish | null = null;
  #busy = false;
  #closed = false;
  #url = "";

  /** `show` gets the newest picture; null: there is none of that moment. */
  constructor(show: (thumb: Thumb | null) => void) {
    this.#show = show;
  }

  want(wish: PictureWish): void {
    this.#wish = wish;
    if (!this.#busy) void this.#work();
  }

  /** What was wished for is not wanted any more. */
  forget(): void {
    this.#wish = null;
  }

  close(): void {
    this.#closed = true;
    this.#wish = null;
    URL.revokeObjectURL(this.#url);
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wish && !this.#closed) {
      const wish = this.#wish;
      this.#wish = null;
      const thumb = await ask(wish);
      if (this.#closed) {
        if (thumb) URL.revokeObjectURL(thumb.url);
        break;
      }
      this.#show(thumb);
      URL.revokeObjectURL(this.#url);
      this.#url = thumb?.url ?? "";
    }
    this.#busy = false;
  }
}

async function ask(wish: PictureWish): Promise<Thumb | null> {
  try {
    const answer = await fetch(picturePath(wish), {
      headers: { "x-wish": `${Date.now()}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) return null;
    const at = Date.parse(answer.headers.get("x-time") ?? "");
    return { url: URL.createObjectURL(await answer.blob()), wished: wish.at, at };
  } catch {
    return null;
  }
}
