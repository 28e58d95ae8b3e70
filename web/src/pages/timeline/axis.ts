/** The stretch of time that the timeline shows, and where on it a moment is: pure, all in UTC ms and px. */
import { DAY, MINUTE } from "$lib/time/spans";

export interface View {
  from: number;
  to: number;
}

export const SHORTEST = MINUTE;
export const LONGEST = DAY;

export const spanOf = (view: View): number => view.to - view.from;

export const xOf = (view: View, width: number, at: number): number =>
  ((at - view.from) / spanOf(view)) * width;

export const timeOf = (view: View, width: number, x: number): number =>
  view.from + (x / Math.max(1, width)) * spanOf(view);

/** A view of this length; `at` is at `share` of it. */
export function viewAround(at: number, span: number, share = 0.5): View {
  const length = Math.min(LONGEST, Math.max(SHORTEST, span));
  const from = at - length * share;
  return { from, to: from + length };
}

/** Longer (factor > 1) or shorter; `at` stays where it is. */
export function zoomed(view: View, factor: number, at: number): View {
  const share = (at - view.from) / spanOf(view);
  return viewAround(at, spanOf(view) * factor, share);
}

export const panned = (view: View, by: number): View => ({ from: view.from + by, to: view.to + by });

/** Two fingers: what was under each when they came down stays under them. */
export function pinched(
  start: View,
  width: number,
  before: readonly [number, number],
  now: readonly [number, number],
): View {
  const apartBefore = Math.max(24, Math.abs(before[1] - before[0]));
  const apartNow = Math.max(24, Math.abs(now[1] - now[0]));
  const held = timeOf(start, width, (before[0] + before[1]) / 2);
  const middle = (now[0] + now[1]) / 2;
  return viewAround(held, spanOf(start) * (apartBefore / apartNow), middle / Math.max(1, width));
}

/** Nobody looks farther into the future than half a view beyond `now`. */
export function bounded(view: View, now: number): View {
  const latest = now + spanOf(view) / 2;
  return view.to > latest ? panned(view, latest - view.to) : view;
}

/** The view turned on when the moment that plays would leave it. */
export function following(view: View, at: number): View {
  const share = (at - view.from) / spanOf(view);
  if (share >= 0 && share <= 0.94) return view;
  return viewAround(at, spanOf(view), 0.12);
}

/** The view moved so that the moment is in it. */
export function showing(view: View, at: number): View {
  return at >= view.from && at <= view.to ? view : viewAround(at, spanOf(view));
}

/** How far an arrow key goes: about a hundredth of the view, a round number of ms. */
export function keyStep(view: View): number {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];
  const wanted = spanOf(view) / 100_000;
  return 1000 * (steps.find((step) => step >= wanted) ?? 900);
}

/** What to ask the server for, for this view: as before while that is enough and not far too much. */
export function windowFor(view: View, before: View | null): View {
  const span = spanOf(view);
  const isEnough = before !== null && before.from <= view.from && before.to >= view.to;
  if (before && isEnough && spanOf(before) <= 8 * span) return before;
  return { from: Math.floor(view.from - span), to: Math.ceil(view.to + span) };
}
