/** Heat maps of hours as they are looked at: kept for a while, the next one of playback asked for ahead. */
import { Asked } from "$lib/state/asked.svelte";

import type { Span } from "../range";
import { heatOf, type Which } from "./asking";
import type { Heat } from "./reading";

const KEPT = 60;

export class Frames {
  readonly asked = new Asked<Heat>();
  // Nothing watches it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #kept = new Map<string, Heat>();

  /** Shows the map of a span; `fresh`: what was kept of it is asked for again. */
  async show(which: Which, span: Span, fresh: string): Promise<void> {
    await this.asked.load((signal) => this.#get(which, span, fresh, signal));
  }

  /** Asks for a map that will be shown soon. */
  ahead(which: Which, span: Span, fresh: string): void {
    this.#get(which, span, fresh, AbortSignal.timeout(10_000)).catch(() => undefined); // it is asked for again
  }

  async #get(which: Which, span: Span, fresh: string, signal: AbortSignal): Promise<Heat> {
    const key = JSON.stringify([which, span, fresh]);
    const before = this.#kept.get(key);
    if (before) return before;
    const heat = await heatOf(which, span, signal);
    this.#kept.set(key, heat);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest) this.#kept.delete(oldest);
    return heat;
  }
}
