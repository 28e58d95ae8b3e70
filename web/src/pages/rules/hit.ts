/** What of a shape lies under a pointer. Distances are pixels; `size` is that of the picture. */
import type { Point } from "$lib/scene/rules";

export type Size = readonly [wide: number, high: number];

export interface EdgeHit {
  /** The edge from this corner to the next. */
  index: number;
  /** The nearest point of it, 0..1. */
  at: Point;
  distance: number;
}

/** The corner within reach that is nearest, or null. */
export function cornerAt(points: readonly Point[], at: Point, size: Size, reach: number): number | null {
  let best: number | null = null;
  let least = reach;
  for (const [index, point] of points.entries()) {
    const distance = Math.hypot((point[0] - at[0]) * size[0], (point[1] - at[1]) * size[1]);
    if (distance > least) continue;
    least = distance;
    best = index;
  }
  return best;
}

/** The edge within reach that is nearest, or null. */
export function edgeAt(
  points: readonly Point[],
  closed: boolean,
  at: Point,
  size: Size,
  reach: number,
): EdgeHit | null {
  let best: EdgeHit | null = null;
  const count = closed ? points.length : points.length - 1;
  for (let index = 0; index < count; index++) {
    const a = points[index];
    const b = points[(index + 1) % points.length];
    if (!a || !b) continue;
    const hit = nearest(a, b, at, size);
    if (hit.distance <= (best?.distance ?? reach)) best = { index, ...hit };
  }
  return best;
}

function nearest(a: Point, b: Point, at: Point, [wide, high]: Size): { at: Point; distance: number } {
  const [dx, dy] = [(b[0] - a[0]) * wide, (b[1] - a[1]) * high];
  const [px, py] = [(at[0] - a[0]) * wide, (at[1] - a[1]) * high];
  const along = dx * dx + dy * dy;
  const share = along === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / along));
  return {
    at: [a[0] + (share * dx) / wide, a[1] + (share * dy) / high],
    distance: Math.hypot(px - share * dx, py - share * dy),
  };
}

/** Whether a point lies in a ring (even-odd). */
export function isInside(ring: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[i];
    const b = ring[j];
    if (!a || !b) continue;
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside;
}
