/** What the timeline shows of its cameras: asked for by stretches of time, and again while they grow. */
import { SvelteMap } from "svelte/reactivity";

import { api, ask } from "$lib/api/client";
import type { CameraEvent, Kind } from "$lib/api/types";
import { scenes } from "$lib/scene/scenes.svelte";
import { LISTED, told } from "$lib/scene/told";
import { session } from "$lib/state/session.svelte";
import { DAY, rfc3339, SECOND } from "$lib/time/spans";
import { type Footage, footageOf } from "$lib/video/recorded/footage";
import type { Span } from "$lib/video/recorded/spans";

import type { View } from "./axis";
import { type Activity, activityStep } from "./lanes";

const AGAIN_MS = 5 * SECOND;
const MOST = 1000;
const PAGES = 4;

export class Shelf {
  readonly footage = new SvelteMap<string, Footage>();
  readonly activity = new SvelteMap<string, Activity | null>();
  readonly events = new SvelteMap<string, CameraEvent[]>();
  /** Of these cameras there are more events than are drawn. */
  readonly partial = new SvelteMap<string, boolean>();
  problem = $state<string | null>(null);
  #turn = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Keeps all of it fresh for these cameras until the answer is called. */
  follow(cameras: readonly string[], view: View, at: number): () => void {
    this.#turn.abort();
    const turn = new AbortController();
    this.#turn = turn;
    const look = async (): Promise<void> => {
      if (!document.hidden) await this.#look(cameras, view, at, turn.signal);
      const isOver = view.to < Date.now() - AGAIN_MS && at < Date.now() - DAY;
      if (!turn.signal.aborted && !isOver) this.#timer = setTimeout(() => void look(), AGAIN_MS);
    };
    void look();
    return () => {
      turn.abort();
      clearTimeout(this.#timer);
    };
  }

  async #look(cameras: readonly string[], view: View, at: number, signal: AbortSignal): Promise<void> {
    const wide = [Math.min(view.from, at) - DAY, Math.max(view.to, at) + DAY] as const;
    try {
      await Promise.all(
        cameras.flatMap((camera) => [
          this.#footage(camera, wide, signal),
          this.#activity(camera, [view.from, view.to], signal),
          this.#events(camera, [view.from, view.to], signal),
        ]),
      );
      if (!signal.aborted) this.problem = null;
    } catch (error) {
      if (!signal.aborted) this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #footage(camera: string, span: Span, signal: AbortSignal): Promise<void> {
    const params = { path: { camera }, query: spanQuery(span) };
    const found = await ask(api.GET("/api/cameras/{camera}/recordings", { params, signal }));
    if (!signal.aborted) this.footage.set(camera, footageOf(found));
  }

  async #activity(camera: string, [from, to]: Span, signal: AbortSignal): Promise<void> {
    const step = activityStep(to - from);
    const begin = Math.floor(from / (step * SECOND)) * step * SECOND;
    const end = Math.min(to, Date.now());
    if (end - begin < step * SECOND) return;
    const params = { path: { camera }, query: { ...spanQuery([begin, end]), step } };
    const found = await ask(api.GET("/api/cameras/{camera}/activity", { params, signal }));
    if (signal.aborted) return;
    const read = { from: Date.parse(found.from), step: found.step * SECOND, density: found.density };
    this.activity.set(camera, found.telling ? read : null);
  }

  async #events(camera: string, span: Span, signal: AbortSignal): Promise<void> {
    if (!session.may("findings")) return;
    await scenes.load(camera); // their words need it
    const found = await eventsOf([camera], span, PAGES, signal);
    if (signal.aborted) return;
    this.events.set(camera, found.events);
    this.partial.set(camera, found.hasMore);
  }
}

const spanQuery = ([from, to]: Span): { from: string; to: string } => ({
  from: rfc3339(from),
  to: rfc3339(to),
});

/** Newest first; at most so many pages of 1,000. */
export async function eventsOf(
  camera: readonly string[],
  span: Span,
  pages: number,
  signal?: AbortSignal,
  most = MOST,
): Promise<{ events: CameraEvent[]; hasMore: boolean }> {
  const events: CameraEvent[] = [];
  let before: number | undefined;
  for (let page = 0; page < pages; page++) {
    const query = { ...spanQuery(span), camera: [...camera], kind: LISTED as Kind[], most, before };
    const answer = await ask(api.GET("/api/events", { params: { query }, signal }));
    events.push(...answer.events.filter((event) => told(event) !== null));
    if (answer.before === null) return { events, hasMore: false };
    before = answer.before;
  }
  return { events, hasMore: true };
}

/** When the event after (1) or before (-1) the moment was, however far away; null: there is none. */
export async function eventFar(cameras: readonly string[], at: number, step: 1 | -1): Promise<number | null> {
  const slack = 500;
  if (step === -1) {
    const found = await eventsOf(cameras, [0, at - slack], 1, undefined, 20);
    return found.events[0] ? Date.parse(found.events[0].time) : null;
  }
  for (const far of [DAY / 24, DAY, 31 * DAY]) {
    const found = await eventsOf(cameras, [at + slack, at + far], PAGES);
    const first = found.events.at(-1);
    if (first) return Date.parse(first.time);
  }
  return null;
}
