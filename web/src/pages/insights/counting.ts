/** What counters and lines counted, made ready for cards, charts and tables. */
import type { Step } from "$lib/api/types";

import { paired } from "./compare";
import type { Span } from "./range";

/** One rule, a number for each bucket. */
export interface Counted {
  camera: string;
  rule: string;
  ins: readonly number[];
  outs: readonly number[];
  /** null: not known, or the rule has none. */
  inside: readonly (number | null)[];
}

export interface Counts {
  /** ms; the last is the end. */
  edges: readonly number[];
  counted: readonly Counted[];
}

export interface Told {
  buckets: readonly string[];
  counts: readonly {
    camera: string;
    rule: string;
    in: readonly number[];
    out: readonly number[];
    inside: readonly (number | null)[];
  }[];
}

export function countsOf({ buckets, counts }: Told): Counts {
  return {
    edges: buckets.map((at) => Date.parse(at)),
    counted: counts.map((one) => ({
      camera: one.camera,
      rule: one.rule,
      ins: one.in,
      outs: one.out,
      inside: one.inside,
    })),
  };
}

export interface Totals {
  in: number;
  out: number;
  /** How many are inside at the last bucket that has begun; null: not known. */
  inside: number | null;
  /** The bucket with most in and out together; -1: nothing was counted. */
  busiest: number;
  /** In and out in hours that are open, where `closed` says which are not. */
  open: number;
}

/** Sums of the buckets that have begun by `now`. */
export function totalsOf(
  one: Counted,
  edges: readonly number[],
  now: number,
  closed: readonly boolean[],
): Totals {
  const found: Totals = { in: 0, out: 0, inside: null, busiest: -1, open: 0 };
  let most = 0;
  for (const [place, ins] of one.ins.entries()) {
    if ((edges[place] ?? Infinity) > now) break;
    const both = ins + (one.outs[place] ?? 0);
    found.in += ins;
    found.out += both - ins;
    found.inside = one.inside[place] ?? found.inside;
    if (!closed[place]) found.open += both;
    if (both > most) [most, found.busiest] = [both, place];
  }
  return found;
}

/** The buckets of then, set beside those of now; null where there is none beside. */
export interface Beside {
  ins: (number | null)[];
  outs: (number | null)[];
}

/** By rule, "camera rule" -> what it counted then. A rule that counted nothing then stands there with 0. */
export function beside(
  now: Counts,
  then: Counts,
  spans: readonly [now: Span, then: Span],
  step: Step,
  zone: string,
): Map<string, Beside> {
  const places = paired(now.edges, then.edges, [spans[0].from, spans[1].from], step, zone);
  const earlier = new Map(then.counted.map((one) => [keyOf(one), one]));
  return new Map(
    now.counted.map((one) => {
      const was = earlier.get(keyOf(one));
      const pick = (values: readonly number[] | undefined): (number | null)[] =>
        places.map((place) => (place < 0 ? null : (values?.[place] ?? 0)));
      return [keyOf(one), { ins: pick(was?.ins), outs: pick(was?.outs) }];
    }),
  );
}

/** Sums of then, of the buckets beside those that have begun by `now`. */
export function totalsBeside(
  was: Beside,
  edges: readonly number[],
  now: number,
): { in: number; out: number } {
  const begun = edges.slice(0, -1).filter((at) => at <= now).length;
  const sum = (values: (number | null)[]): number =>
    values.slice(0, begun).reduce<number>((total, value) => total + (value ?? 0), 0);
  return { in: sum(was.ins), out: sum(was.outs) };
}

export const keyOf = ({ camera, rule }: { camera: string; rule: string }): string => `${camera} ${rule}`;
