/** What one does at the timeline: where one looks, what plays, what is marked, and every deed of keys and buttons. */
import { session } from "$lib/state/session.svelte";
import { text } from "$lib/text";
import { HOUR } from "$lib/time/spans";
import { toasts } from "$lib/ui/toasts.svelte";
import { nextRate } from "$lib/video/recorded/sharedClock";
import { joined } from "$lib/video/recorded/spans";

import {
  bounded,
  following,
  keyStep,
  panned,
  showing,
  spanOf,
  type View,
  viewAround,
  windowFor,
  zoomed,
} from "./axis";
import { Deck } from "./deck.svelte";
import type { Deed } from "./keys";
import { eventBeside, type Lane } from "./lanes";
import { marked, type Range, UNMARKED, whole } from "./range";
import { eventFar, Shelf } from "./shelf.svelte";
import { saveSnapshot } from "./snapshot";

const FIRST_SPAN = HOUR;
const BEFORE_END_MS = 2000;

export class Desk {
  readonly shelf = new Shelf();
  readonly deck: Deck;
  view: View = $state.raw({ from: 0, to: 1 });
  /** What was asked of the server: the view and some more. */
  stretch: View = $state.raw({ from: 0, to: 1 });
  range: Range = $state.raw(UNMARKED);
  names: readonly string[] = $state.raw([]);
  /** A moment was chosen, by the address or for want of one. */
  isPlaced = $state(false);

  readonly lanes = $derived(this.names.map((camera) => this.#lane(camera)));
  readonly recorded = $derived(joined(this.lanes.flatMap((lane) => lane.footage?.recorded ?? [])));
  readonly span = $derived(whole(this.range));

  constructor(at: number) {
    this.deck = new Deck(at, (camera) => this.shelf.footage.get(camera) ?? null);
    this.view = viewAround(at, FIRST_SPAN);
    this.stretch = windowFor(this.view, null);
  }

  look(view: View): void {
    this.view = bounded(view, Date.now());
  }

  /** The view turns its pages while it plays. */
  follow(): void {
    this.view = following(this.view, this.deck.at);
  }

  go(at: number): void {
    this.deck.seek(Math.min(at, Date.now()));
    this.look(showing(this.view, this.deck.at));
  }

  newest(): void {
    const end = this.recorded.at(-1)?.[1];
    if (end === undefined) return;
    const isFirst = !this.isPlaced;
    this.isPlaced = true;
    this.deck.seek(end - BEFORE_END_MS);
    this.look(isFirst ? viewAround(end, FIRST_SPAN, 0.9) : showing(this.view, end));
  }

  hasGaps(camera: string): boolean {
    const span = this.span;
    const gaps = this.shelf.footage.get(camera)?.gaps ?? [];
    return span !== null && gaps.some((gap) => gap.from < span[1] && gap.to > span[0]);
  }

  does(deed: Deed): void {
    const { deck, view } = this;
    const step = keyStep(view);
    const deeds: Readonly<Record<Deed, () => void>> = {
      play: () => (deck.isPlaying ? deck.pause() : deck.play()),
      pictureBack: () => deck.step(-1),
      pictureOn: () => deck.step(1),
      slower: () => deck.setRate(nextRate(deck.rate, -1)),
      faster: () => deck.setRate(nextRate(deck.rate, 1)),
      back: () => this.go(deck.at - step),
      on: () => this.go(deck.at + step),
      farBack: () => this.go(deck.at - 10 * step),
      farOn: () => this.go(deck.at + 10 * step),
      closer: () => this.look(zoomed(showing(view, deck.at), 0.5, deck.at)),
      wider: () => this.look(zoomed(showing(view, deck.at), 2, deck.at)),
      first: () => this.go(this.recorded.find(([, to]) => to > view.from)?.[0] ?? view.from),
      last: () => this.newest(),
      pageBack: () => this.#turn(-1),
      pageOn: () => this.#turn(1),
      markIn: () => this.#mark("from"),
      markOut: () => this.#mark("to"),
      eventBack: () => void this.#toEvent(-1),
      eventOn: () => void this.#toEvent(1),
      snapshot: () => void this.#snap(),
      unmark: () => (this.range = UNMARKED),
    };
    deeds[deed]();
  }

  #lane(camera: string): Lane {
    const footage = this.shelf.footage.get(camera) ?? null;
    const activity = this.shelf.activity.get(camera) ?? null;
    return { camera, footage, activity, events: this.shelf.events.get(camera) ?? [] };
  }

  #turn(pages: 1 | -1): void {
    const by = pages * spanOf(this.view);
    this.look(panned(this.view, by));
    this.go(this.deck.at + by);
  }

  #mark(end: keyof Range): void {
    if (!session.may("export") && !session.may("hold")) return;
    this.range = marked(this.range, end, this.deck.at);
  }

  async #toEvent(step: 1 | -1): Promise<void> {
    if (!session.may("findings")) return;
    const near = eventBeside(this.lanes, this.deck.at, step);
    const isInSight = near !== null && near >= this.stretch.from && near <= this.stretch.to;
    try {
      const found = isInSight ? near : await eventFar(this.names, this.deck.at, step);
      const { on, back } = text.timeline.noEvent;
      if (found === null) toasts.good(step === 1 ? on : back);
      else this.go(found);
    } catch (error) {
      toasts.bad(error);
    }
  }

  async #snap(): Promise<void> {
    const at = this.deck.at;
    for (const camera of this.names) {
      const footage = this.shelf.footage.get(camera);
      try {
        const saved = footage?.isRecorded(at) && (await saveSnapshot(camera, footage.stream, at));
        if (saved) toasts.good(text.timeline.snapped);
        else toasts.bad(text.timeline.notSnapped);
      } catch (error) {
        toasts.bad(error);
      }
    }
  }
}
