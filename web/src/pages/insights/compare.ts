/** The same days, earlier: which bucket of then stands beside which of now. Buckets are paired by the day
 *  they lie in and by what the clock on the wall showed, so that 9:00 stands beside 9:00 where the clocks
 *  changed between. */
import type { Step } from "$lib/api/types";
import { dateText, daysBetween, ofDateText, wallOf } from "$lib/time/zone";

import { daysOf, shifted, type Span } from "./range";

/** "": nothing; "before": as many days just before; "week": a week earlier; or the first day, as a date. */
export type Against = string;

/** The span to compare with; null: none. */
export function spanAgainst(span: Span, against: Against, zone: string): Span | null {
  if (against === "before") return shifted(span, daysOf(span, zone), zone);
  if (against === "week") return shifted(span, 7, zone);
  const first = ofDateText(against, zone);
  return first === null ? null : shifted(span, daysBetween(first, span.from, zone), zone);
}

/** For each bucket of now, the place of that of then; -1 where there is none. Edges: ms, the end with them. */
export function paired(
  now: readonly number[],
  then: readonly number[],
  from: readonly [now: number, then: number],
  step: Step,
  zone: string,
): number[] {
  if (step === "week" || step === "month")
    return now.slice(0, -1).map((_, place) => (place < then.length - 1 ? place : -1));
  const places = new Map(keys(then, from[1], zone).map((key, place) => [key, place]));
  return keys(now, from[0], zone).map((key) => places.get(key) ?? -1);
}

/** By how much more or less, 0.1 is a tenth more; null where there was nothing to compare with. */
export function change(now: number, then: number): number | null {
  return then === 0 ? null : now / then - 1;
}

/** "day hh:mm", and a mark where the clock shows that time of that day again. */
function keys(edges: readonly number[], from: number, zone: string): string[] {
  const seen = new Set<string>();
  const days = new Map<string, number>();
  return edges.slice(0, -1).map((at) => {
    const date = dateText(at, zone);
    let day = days.get(date);
    if (day === undefined) days.set(date, (day = daysBetween(from, at, zone)));
    const { hour, minute } = wallOf(at, zone);
    let key = `${day} ${hour}:${minute}`;
    if (seen.has(key)) key += " again";
    seen.add(key);
    return key;
  });
}
