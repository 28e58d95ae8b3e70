/** The live numbers: what each line and counter counted today, and how many are in each zone now. */
import { SvelteMap } from "svelte/reactivity";

import { api, ask } from "$lib/api/client";
import type { CameraEvent, Kind } from "$lib/api/types";
import { OCCUPANCY } from "$lib/scene/told";
import { rfc3339 } from "$lib/time/spans";

import { feed } from "./feed.svelte";

const AGAIN_MS = 30_000;
const SOON_MS = 200; // several events of one moment are one question
const RECENT = 120;

export interface Counted {
  camera: string;
  rule: string;
  in: number;
  out: number;
  inside: number | null;
}

class Numbers {
  /** Of today, by the site's clock. */
  counts = $state<Counted[]>([]);
  /** "camera rule" -> how many are in the zone now. */
  readonly inside = new SvelteMap<string, { camera: string; rule: string; count: number }>();
  #users = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;

  /** Keeps the numbers fresh until the answer is called. */
  follow(): () => void {
    this.#users += 1;
    if (this.#users === 1) this.#begin();
    return () => {
      this.#users -= 1;
      if (this.#users === 0) this.#stop?.();
    };
  }

  counted(camera: string, rule: string): Counted {
    const found = this.counts.find((one) => one.camera === camera && one.rule === rule);
    return found ?? { camera, rule, in: 0, out: 0, inside: null };
  }

  /** null: nobody has said yet. */
  isIn(camera: string, rule: string): number | null {
    return this.inside.get(`${camera} ${rule}`)?.count ?? null;
  }

  #begin(): void {
    void this.#look();
    void this.#recent();
    const timer = setInterval(() => void this.#look(), AGAIN_MS);
    const deaf = feed.listen((event) => this.#came(event));
    this.#stop = () => {
      clearInterval(timer);
      clearTimeout(this.#soon);
      deaf();
    };
  }

  #came(event: CameraEvent): void {
    if (event.kind === OCCUPANCY) {
      this.#now(event);
      return;
    }
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#look();
    }, SOON_MS);
  }

  #now({ camera, rule, details }: CameraEvent): void {
    this.inside.set(`${camera} ${rule}`, { camera, rule, count: Number(details.count) });
  }

  /** How many were in each zone when it was said last. */
  async #recent(): Promise<void> {
    try {
      const query = { kind: [OCCUPANCY as Kind], most: RECENT };
      const page = await ask(api.GET("/api/events", { params: { query } }));
      for (const event of page.events.toReversed()) this.#now(event);
    } catch {
      // said again with the next change
    }
  }

  async #look(): Promise<void> {
    if (document.hidden) return;
    const now = Date.now(); // the bucket around it is today
    try {
      const query = { from: rfc3339(now), to: rfc3339(now + 1), step: "day" } as const;
      const told = await ask(api.GET("/api/counts", { params: { query } }));
      this.counts = told.counts.map((one) => ({
        camera: one.camera,
        rule: one.rule,
        in: one.in.at(-1) ?? 0,
        out: one.out.at(-1) ?? 0,
        inside: one.inside?.at(-1) ?? null,
      }));
    } catch {
      // what was shown stays; it is asked again
    }
  }
}

export const numbers = new Numbers();
