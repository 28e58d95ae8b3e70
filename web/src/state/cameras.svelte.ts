/** The cameras that one sees, and how they are, asked for every few seconds while a page needs them. */
import { api, ask } from "$lib/api/client";
import type { Camera } from "$lib/api/types";

const AGAIN_MS = 5000;

class Cameras {
  list = $state<Camera[]>([]);
  /** Whether the list was ever there. */
  known = $state(false);
  problem = $state<string | null>(null);
  #users = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly enabled = $derived(this.list.filter((camera) => camera.enabled));

  named(name: string): Camera | undefined {
    return this.list.find((camera) => camera.name === name);
  }

  /** Keeps the list fresh until the answer is called: `$effect(() => cameras.follow())`. */
  follow(): () => void {
    this.#users += 1;
    if (this.#users === 1) void this.#look();
    return () => {
      this.#users -= 1;
      if (this.#users === 0) clearTimeout(this.#timer);
    };
  }

  /** Whoever signs in next sees nothing of what was seen before. */
  forget(): void {
    this.list = [];
    this.known = false;
    this.problem = null;
  }

  /** Asks now: something was changed. */
  async refresh(): Promise<void> {
    try {
      const found = await ask(api.GET("/api/cameras"));
      this.list = found;
      this.known = true;
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    if (!document.hidden) await this.refresh();
    if (this.#users > 0) this.#timer = setTimeout(() => void this.#look(), AGAIN_MS);
  }
}

export const cameras = new Cameras();
