/** Which hours of a span are looked at, and how playback goes through them. */
import { DAY, HOUR } from "$lib/time/spans";

import type { Span } from "../range";

/** Hours of the span, counted from its begin: from (in it) to (not in it). */
export interface Hours {
  from: number;
  to: number;
}

export const hoursIn = ({ from, to }: Span): number => Math.max(1, Math.ceil((to - from) / HOUR));

/** The span that the hours are. A day whose clocks change has an hour more or less; each is an hour long. */
export function spanOfHours(span: Span, { from, to }: Hours): Span {
  return { from: span.from + from * HOUR, to: Math.min(span.to, span.from + to * HOUR) };
}

/** Two ends that a hand moved: at least an hour apart, within the span; the one that was moved leads. */
export function moved({ from, to }: Hours, end: "from" | "to", hour: number, count: number): Hours {
  if (end === "from") {
    const begin = Math.min(Math.max(0, hour), count - 1);
    return { from: begin, to: Math.max(to, begin + 1) };
  }
  const last = Math.min(Math.max(1, hour), count);
  return { from: Math.min(from, last - 1), to: last };
}

/** Where playback begins: with the hours that were chosen, or the first hour (the first day of a long span). */
export function begun(hours: Hours, count: number): Hours {
  const isWhole = hours.from === 0 && hours.to === count;
  if (!isWhole && hours.to < count) return hours;
  const length = isWhole ? (count * HOUR > 4 * DAY ? 24 : 1) : hours.to - hours.from;
  return { from: 0, to: Math.min(length, count) };
}

/** The next hours: as many, one later (a day later where it is days that are shown). null: it is over. */
export function next({ from, to }: Hours, count: number): Hours | null {
  if (to >= count) return null;
  const by = to - from >= 24 ? 24 : 1;
  return { from: from + by, to: Math.min(to + by, count) };
}
