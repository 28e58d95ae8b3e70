/** Changes of a line or a ring: pure, on points that are 0..1 of the picture. */
import type { Point } from "$lib/scene/rules";

/** What is so near to the border is meant to be on it. */
export const SNAP = 0.012;
const DIGITS = 4; // of a fraction: a tenth of a pixel of a 1080p picture

export const clamp = (value: number): number => Math.min(1, Math.max(0, value));

export function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}

/** On the picture, and on its border where it is almost there. */
export function snapped([x, y]: Point): Point {
  return [snapOne(x), snapOne(y)];
}

function snapOne(value: number): number {
  if (value < SNAP) return 0;
  return value > 1 - SNAP ? 1 : round(value);
}

export function moved(points: readonly Point[], index: number, to: Point): Point[] {
  return points.map((point, n) => (n === index ? to : point));
}

/** A point more between `index` and the next one; without `at`, halfway. */
export function inserted(points: readonly Point[], index: number, at?: Point): Point[] {
  const a = points[index];
  const b = points[(index + 1) % points.length];
  if (!a || !b) return [...points];
  const middle: Point = [round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)];
  return [...points.slice(0, index + 1), at ?? middle, ...points.slice(index + 1)];
}

/** How few points there may be. */
export const fewest = (closed: boolean): number => (closed ? 3 : 2);

/** Without one point; as it was where it would be no shape any more. */
export function removed(points: readonly Point[], index: number, closed: boolean): Point[] {
  if (points.length <= fewest(closed)) return [...points];
  return points.filter((_, n) => n !== index);
}

/** All of them farther, together: as far as the picture goes. */
export function shifted(points: readonly Point[], dx: number, dy: number): Point[] {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const right = within(dx, -Math.min(...xs), 1 - Math.max(...xs));
  const down = within(dy, -Math.min(...ys), 1 - Math.max(...ys));
  return points.map(([x, y]) => [round(x + right), round(y + down)]);
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The other way round: A and B change sides. */
export const reversed = (points: readonly Point[]): Point[] => points.toReversed();

/** The middle of what they span: where a shape is taken hold of as a whole. */
export function middle(points: readonly Point[]): Point {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

/** A shape to begin with, for who does not draw with a pointer. */
export function placed(closed: boolean, around: Point = [0.5, 0.5], size = 0.15): Point[] {
  const [x, y] = around;
  if (!closed) return [[x, y - size] as Point, [x, y + size] as Point].map(snapped);
  const corners: Point[] = [
    [x - size, y - size],
    [x + size, y - size],
    [x + size, y + size],
    [x - size, y + size],
  ];
  return corners.map(snapped);
}
