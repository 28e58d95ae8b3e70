/**
 * Which film to ask for next, so that there is always some ahead of the moment that is shown.
 *
 * Gaps need none: who plays jumps over them, so what follows a gap is fetched before it is reached.
 */
import { nextIn, type Span, spanAt } from "./spans";

const LOW_MS = 8_000; // at 1x: less than this ahead, and more is asked for
const FILM_MS = 24_000; // at 1x
const LONGEST_MS = 300_000;
const LEAD_MS = 1_000; // before the moment of a paused picture: for a step back
const SLIVER_MS = 250; // a hole so small is none: between two films, or a lost picture

export interface Situation {
  /** The moment that is shown. */
  at: number;
  rate: number;
  isPlaying: boolean;
  /** Recorded, and not known to be missing. */
  recorded: readonly Span[];
  buffered: readonly Span[];
  /** What is on its way now. */
  loading: Span | null;
}

/** null: nothing, all is there or on its way. */
export function filmToAskFor(situation: Situation): Span | null {
  const { at, isPlaying, loading } = situation;
  const rate = isPlaying ? Math.max(1, situation.rate) : 1;
  const low = isPlaying ? LOW_MS * rate : SLIVER_MS;
  const missing = firstMissing(situation, at + low);
  if (missing === null) return null;
  if (loading && missing >= loading[0] - SLIVER_MS && missing < loading[1]) return null;
  const isFirst = missing - at < SLIVER_MS;
  const from = isFirst && !isPlaying ? missing - LEAD_MS : missing;
  return [from, missing + Math.min(LONGEST_MS, FILM_MS * rate)];
}

/** The first recorded moment from `at` on that is not buffered; null: none before `until` of film. */
export function firstMissing(
  { at, recorded, buffered }: Pick<Situation, "at" | "recorded" | "buffered">,
  until: number,
): number | null {
  let moment = at;
  let limit = until;
  for (let n = 0; n < 1000; n++) {
    const here = nextIn(recorded, moment);
    if (here === null) return null;
    limit += here - moment; // a gap is jumped over
    moment = here;
    if (moment >= limit) return null;
    const there = spanAt(buffered, moment) ?? spanAt(buffered, moment + SLIVER_MS);
    if (!there) {
      const end = spanAt(recorded, moment)?.[1] ?? moment;
      if (end - moment > SLIVER_MS) return moment;
      moment = end; // the last sliver before a gap
    } else {
      moment = Math.max(there[1], moment + 1);
    }
  }
  return null;
}

/** What a film that was asked for turned out not to have: damaged, deleted, not on the disk yet. */
export function voids(asked: Span, { recorded, buffered }: Pick<Situation, "recorded" | "buffered">): Span[] {
  const found: Span[] = [];
  let at = asked[0];
  while (at < asked[1]) {
    const missing = firstMissing({ at, recorded, buffered }, asked[1]);
    if (missing === null || missing >= asked[1]) break;
    const next = nextIn(buffered, missing) ?? asked[1];
    const end = Math.min(asked[1], Math.max(next, missing + SLIVER_MS));
    found.push([missing, end]);
    at = end;
  }
  return found;
}

/** What to forget of the buffer: long past, or far ahead. */
export function toForget(buffered: readonly Span[], at: number, rate: number): Span[] {
  const keepBehind = 30_000 * Math.max(1, rate);
  const keepAhead = 2 * LONGEST_MS;
  return buffered.flatMap(([from, to]) => {
    if (to < at - keepBehind || from > at + keepAhead) return [[from, to] as const];
    // in steps, so that it is not removed second by second
    return from < at - 2 * keepBehind ? [[from, at - keepBehind] as const] : [];
  });
}
