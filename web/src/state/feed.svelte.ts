/** Events as they happen, heard once for the whole page; after a loss it goes on where it was. */
import type { CameraEvent } from "$lib/api/types";

const AGAIN_MS = [1000, 2000, 5000, 15_000];

type Listener = (event: CameraEvent) => void;

class Feed {
  /** Whether the stream is open. */
  open = $state(false);
  #listeners = new Set<Listener>();
  #source: EventSource | null = null;
  #last: number | null = null;
  #losses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls for each new event until the answer is called: `$effect(() => feed.listen(…))`. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#follow();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  #follow(): void {
    const after = this.#last === null ? "" : `?after=${this.#last}`;
    const source = new EventSource(`/api/events/stream${after}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.open = true;
      this.#losses = 0;
    });
    source.addEventListener("event", (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as CameraEvent;
      if (this.#last !== null && event.seq <= this.#last) return;
      this.#last = event.seq;
      for (const listener of this.#listeners) listener(event);
    });
    source.addEventListener("error", () => {
      source.close(); // by itself it would begin at the same place again
      this.open = false;
      const wait = AGAIN_MS[Math.min(this.#losses, AGAIN_MS.length - 1)];
      this.#losses += 1;
      this.#timer = setTimeout(() => this.#follow(), wait);
    });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#last = null;
    this.open = false;
  }
}

export const feed = new Feed();
