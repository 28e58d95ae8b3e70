/** Short messages about what was done, told to screen readers too. */

export interface Toast {
  id: number;
  tone: "good" | "bad";
  says: string;
}

const SHOWN_MS = 6000;

class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  good(says: string): void {
    this.#add("good", says);
  }

  /** An error, or a sentence about one. */
  bad(error: unknown): void {
    this.#add("bad", error instanceof Error ? error.message : String(error));
  }

  drop(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(tone: Toast["tone"], says: string): void {
    const id = this.#next++;
    this.list = [...this.list.filter((toast) => toast.says !== says).slice(-3), { id, tone, says }];
    setTimeout(() => this.drop(id), tone === "bad" ? 2 * SHOWN_MS : SHOWN_MS);
  }
}

export const toasts = new Toasts();
