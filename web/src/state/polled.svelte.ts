/** An answer of the server that several parts of the page watch: asked for while somebody watches and the
 *  tab is seen, as often as the most eager of them wants. */

export class Polled<T> {
  data = $state.raw<T | undefined>(undefined);
  problem = $state<string | null>(null);
  #question: () => Promise<T>;
  // Nothing watches it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #waits = new Map<symbol, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(question: () => Promise<T>) {
    this.#question = question;
  }

  /** Keeps it fresh until the answer is called: `$effect(() => polled.follow(5000))`. */
  follow(everyMs: number): () => void {
    const who = Symbol();
    this.#waits.set(who, everyMs);
    if (this.#waits.size === 1) document.addEventListener("visibilitychange", this.#seen);
    void this.#look();
    return () => {
      this.#waits.delete(who);
      if (this.#waits.size > 0) return;
      document.removeEventListener("visibilitychange", this.#seen);
      clearTimeout(this.#timer);
      this.#turn += 1;
      this.data = undefined; // whoever signs in next sees nothing of it
      this.problem = null;
    };
  }

  /** Asks now: something was changed. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const data = await this.#question();
      if (turn !== this.#turn) return; // a newer answer is there, or nobody watches
      this.data = data;
      this.problem = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** What a change answered with: newer than whatever is on its way. */
  put(data: T): void {
    this.#turn += 1;
    this.data = data;
    this.problem = null;
  }

  #seen = (): void => {
    if (!document.hidden) void this.#look();
  };

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    if (document.hidden) return; // looked at again when it is seen
    await this.refresh();
    clearTimeout(this.#timer); // two may have waited for an answer
    if (this.#waits.size > 0) {
      this.#timer = setTimeout(() => void this.#look(), Math.min(...this.#waits.values()));
    }
  }
}
