/** Something that a page asked the server for: on its way, there, or refused with a sentence. */

export class Asked<T> {
  data = $state<T | undefined>(undefined);
  problem = $state<string | null>(null);
  busy = $state(false);
  #turn: AbortController | null = null;

  /** Asks; an older question that is still open is given up, and what it answers is ignored. */
  async load(question: (signal: AbortSignal) => Promise<T>): Promise<void> {
    this.#turn?.abort();
    const turn = new AbortController();
    this.#turn = turn;
    this.busy = true;
    try {
      const data = await question(turn.signal);
      if (turn.signal.aborted) return;
      this.data = data;
      this.problem = null;
    } catch (error) {
      if (turn.signal.aborted) return;
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#turn === turn) this.busy = false;
    }
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.#turn?.abort();
    this.busy = false;
  }
}
