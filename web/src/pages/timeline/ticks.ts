/** Where the timeline has its marks, by this browser's clock: days of 23 and 25 hours are right. */
import { DAY, HOUR, MINUTE, SECOND } from "$lib/time/spans";

import { spanOf, type View, xOf } from "./axis";

export interface Tick {
  at: number;
  x: number;
  /** midnight: the day is said; major: the time is said; minor: nothing. */
  kind: "midnight" | "major" | "minor";
}

/** Large steps and the small ones between them. */
const STEPS: readonly (readonly [major: number, minor: number])[] = [
  [5 * SECOND, SECOND],
  [10 * SECOND, 2 * SECOND],
  [15 * SECOND, 5 * SECOND],
  [30 * SECOND, 5 * SECOND],
  [MINUTE, 10 * SECOND],
  [2 * MINUTE, 30 * SECOND],
  [5 * MINUTE, MINUTE],
  [10 * MINUTE, 2 * MINUTE],
  [15 * MINUTE, 5 * MINUTE],
  [30 * MINUTE, 5 * MINUTE],
  [HOUR, 10 * MINUTE],
  [2 * HOUR, 30 * MINUTE],
  [3 * HOUR, HOUR],
  [6 * HOUR, HOUR],
  [12 * HOUR, 3 * HOUR],
  [DAY, 6 * HOUR],
];

/** `room`: px that a time needs. */
export function ticks(view: View, width: number, room = 80): Tick[] {
  const perPx = spanOf(view) / Math.max(1, width);
  const [major, minor] = STEPS.find(([step]) => step / perPx >= room) ?? [DAY, 6 * HOUR];
  const found: Tick[] = [];
  for (let at = firstAt(view.from, minor); at <= view.to; at = nextAt(at, minor)) {
    const sinceMidnight = clockOf(at);
    const kind = sinceMidnight === 0 ? "midnight" : sinceMidnight % major === 0 ? "major" : "minor";
    found.push({ at, x: xOf(view, width, at), kind });
  }
  return found;
}

/** What the clock on the wall shows at `at`, as ms. */
function clockOf(at: number): number {
  const date = new Date(at);
  return date.getHours() * HOUR + date.getMinutes() * MINUTE + date.getSeconds() * SECOND;
}

function firstAt(from: number, step: number): number {
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  if (step < HOUR) return from - ((from - midnight) % step) + ((from - midnight) % step ? step : 0);
  const at = new Date(from);
  at.setMinutes(0, 0, 0);
  while (at.getTime() < from || clockOf(at.getTime()) % step !== 0) at.setHours(at.getHours() + 1);
  return at.getTime();
}

function nextAt(at: number, step: number): number {
  if (step < HOUR) return at + step;
  let next = at + HOUR;
  while (clockOf(next) % step !== 0) next += HOUR;
  return next;
}
