/** The timeline's rows, one a camera: where they are, and what is under a pointer. */
import type { CameraEvent } from "$lib/api/types";
import type { Footage, Gap } from "$lib/video/recorded/footage";

import { type View, xOf } from "./axis";
import { MARKS_TALL, rowOf } from "./marks";

export interface Activity {
  from: number;
  /** ms of a bucket. */
  step: number;
  density: readonly (number | null)[];
}

export interface Lane {
  camera: string;
  footage: Footage | null;
  activity: Activity | null;
  events: readonly CameraEvent[];
}

export const AXIS = 28; // px
export const MARKS = MARKS_TALL; // of a lane: for events, above what was recorded
export const BETWEEN = 6;
const ALONE = 92;
const ONE_OF_MANY = 68;

export const laneHeight = (count: number): number => (count > 1 ? ONE_OF_MANY : ALONE);
export const stripHeight = (count: number): number =>
  AXIS + Math.max(1, count) * (laneHeight(count) + BETWEEN);
export const laneTop = (n: number, count: number): number => AXIS + n * (laneHeight(count) + BETWEEN);

export interface Found {
  lane: Lane;
  event: CameraEvent | null;
  gap: Gap | null;
}

/** What is at x, y; null: no lane. An event is found when the pointer is near (`reach`, px). */
export function under(
  lanes: readonly Lane[],
  view: View,
  width: number,
  [x, y]: readonly [number, number],
  reach = 8,
): Found | null {
  const n = Math.floor((y - AXIS) / (laneHeight(lanes.length) + BETWEEN));
  const lane = lanes[n];
  if (!lane) return null;
  const below = y - laneTop(n, lanes.length);
  const event = below <= MARKS + 2 ? nearest(lane.events, view, width, [x, below], reach) : null;
  const at = view.from + (x / width) * (view.to - view.from);
  return { lane, event, gap: lane.footage?.gapAt(at) ?? null };
}

function nearest(
  events: readonly CameraEvent[],
  view: View,
  width: number,
  [x, y]: readonly [number, number],
  reach: number,
): CameraEvent | null {
  let best: CameraEvent | null = null;
  let least = reach;
  for (const event of events) {
    const away = Math.hypot(xOf(view, width, Date.parse(event.time)) - x, rowOf(event.kind) - y);
    if (away <= least) [best, least] = [event, away];
  }
  return best;
}

/** The event after (1) or before (-1) the moment, of all lanes; null: none is known. */
export function eventBeside(lanes: readonly Lane[], at: number, step: 1 | -1): number | null {
  const slack = 500; // who stands on an event wants the next one
  const times = lanes.flatMap((lane) => lane.events.map((event) => Date.parse(event.time)));
  if (step === 1) return least(times.filter((time) => time > at + slack));
  const before = times.filter((time) => time < at - slack);
  return before.length > 0 ? before.reduce((a, b) => Math.max(a, b)) : null;
}

function least(times: readonly number[]): number | null {
  return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null;
}

/** Seconds of a bucket for activity over `span` ms: what the server takes, and about one for two px. */
export function activityStep(span: number): number {
  const seconds = span / 1000;
  const steps = [1, 2, 5, 10, 30, 60, 120, 300, 600];
  const wanted = seconds / 1500;
  const step = steps.find((one) => one >= wanted) ?? 600;
  return seconds > 3500 ? Math.max(60, step) : step;
}
