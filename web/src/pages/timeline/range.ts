/** The marked range: its beginning and its end, either of which may not be marked yet. */
import type { Span } from "$lib/video/recorded/spans";

export interface Range {
  from: number | null;
  to: number | null;
}

export const UNMARKED: Range = { from: null, to: null };

/** A mark past the other one takes it away: the range begins anew. */
export function marked(range: Range, end: keyof Range, at: number): Range {
  const found = { ...range, [end]: Math.round(at) };
  if (found.from === null || found.to === null || found.from < found.to) return found;
  return { ...UNMARKED, [end]: found[end] };
}

/** A handle that is moved stops a second before the other one. */
export function dragged(range: Range, end: keyof Range, at: number): Range {
  const least = 1000;
  const wanted = Math.round(at);
  if (end === "from")
    return { ...range, from: range.to === null ? wanted : Math.min(wanted, range.to - least) };
  return { ...range, to: range.from === null ? wanted : Math.max(wanted, range.from + least) };
}

/** null: one of the two is missing. */
export const whole = ({ from, to }: Range): Span | null => (from === null || to === null ? null : [from, to]);
