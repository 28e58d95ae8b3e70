/** Drawing with a pointer: what a click means for a line or ring that is on its way. */
import type { Point, Rule } from "$lib/scene/rules";

import { cornerAt, edgeAt, isInside, type Size } from "./hit";
import { fewest } from "./points";
import { type Place, shapesOf } from "./shapes";
import { areaOf } from "./validity";

export interface Drawn {
  points: Point[];
  /** It is complete. */
  done: boolean;
}

/** A click there: a corner more; or the end, on the first corner of a ring or the last of a line. */
export function clicked(
  points: readonly Point[],
  closed: boolean,
  at: Point,
  size: Size,
  reach: number,
): Drawn {
  const enough = points.length >= fewest(closed);
  const last = points.length - 1;
  const hit = cornerAt(points, at, size, reach);
  if (hit === last && last >= 0) return { points: [...points], done: enough };
  if (closed && hit === 0 && enough) return { points: [...points], done: true };
  return { points: [...points, at], done: false };
}

/** The pointer was let go there; a first line may be drawn in one go. */
export function released(
  points: readonly Point[],
  closed: boolean,
  at: Point,
  size: Size,
  reach: number,
): Drawn {
  const first = points[0];
  if (closed || points.length !== 1 || !first) return { points: [...points], done: false };
  const long = Math.hypot((at[0] - first[0]) * size[0], (at[1] - first[1]) * size[1]);
  return long < 2 * reach ? { points: [...points], done: false } : { points: [first, at], done: true };
}

/** The shape that somebody points at: a line or border within reach, else the smallest ring round it. */
export function pointedAt(
  rules: readonly Rule[],
  at: Point,
  size: Size,
  reach: number,
): { id: string; place: Place } | null {
  let best: { id: string; place: Place } | null = null;
  let least = reach;
  let smallest = Infinity;
  let around: { id: string; place: Place } | null = null;
  for (const rule of rules) {
    for (const { place, points, closed } of shapesOf(rule)) {
      const edge = edgeAt(points, closed, at, size, reach);
      if (edge && edge.distance <= least) {
        least = edge.distance;
        best = { id: rule.id, place };
      }
      const area = closed && isInside(points, at) ? Math.abs(areaOf(points)) : Infinity;
      if (area < smallest) {
        smallest = area;
        around = { id: rule.id, place };
      }
    }
  }
  return best ?? around;
}
