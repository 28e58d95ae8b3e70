/**
 * Lines and zones as shapes over a picture.
 *
 * A is the left side of a line that goes from its first point to its last (as one walks along it);
 * the arrow goes from A to B. A drawing is 1000 high; its width follows the picture.
 */
import type { Point, Rule } from "./rules";

export const HIGH = 1000;
const ARROW = 45;

export interface LineShape {
  rule: Rule;
  /** "x,y x,y …" of a <polyline>. */
  line: string;
  /** Arrows, each the `points` of a <polyline>. */
  arrows: string[];
  /** Where its letters stand, 0..1. */
  sides: { letter: "A" | "B"; at: Point }[];
  /** Where its name hangs, 0..1: below its lowest point. */
  name: Point;
}

export function lineShape(rule: Rule, points: readonly Point[], aspect: number): LineShape {
  const wide = HIGH * aspect;
  const at = ([x, y]: Point): Point => [x * wide, y * HIGH];
  const middle = Math.max(0, Math.floor((points.length - 1) / 2));
  const [x0, y0] = at(points[middle] ?? [0, 0]);
  const [x1, y1] = at(points[middle + 1] ?? [0, 0]);
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [dx, dy] = [(-(y1 - y0) / long) * ARROW, ((x1 - x0) / long) * ARROW]; // from A to B
  const arrows: string[] = [];
  if (rule.direction !== "b_to_a") arrows.push(...arrow(cx, cy, dx, dy));
  if (rule.direction !== "a_to_b") arrows.push(...arrow(cx, cy, -dx, -dy));
  const side = (letter: "A" | "B", way: number) => ({
    letter,
    at: [(cx + way * dx) / wide, (cy + way * dy) / HIGH] as Point,
  });
  return {
    rule,
    line: points.map((point) => at(point).join()).join(" "),
    arrows,
    sides: [side("A", -1.6), side("B", 1.6)],
    name: points.reduce((low, point) => (point[1] > low[1] ? point : low), points[0] ?? [0, 0]),
  };
}

/** `d` of a <path> with `fill-rule="evenodd"`: the ring, and its holes. */
export function zonePath(polygon: readonly Point[], holes: readonly Point[][], aspect: number): string {
  const wide = HIGH * aspect;
  return [polygon, ...holes]
    .map((ring) => `M${ring.map(([x, y]) => `${x * wide},${y * HIGH}`).join("L")}Z`)
    .join("");
}

/** Where the name of a zone stands, 0..1: above the middle of its upper side. */
export function zoneName(polygon: readonly Point[]): Point {
  const top = Math.min(...polygon.map(([, y]) => y));
  const sides = polygon.filter(([, y]) => y < top + 0.02).map(([x]) => x);
  return [(Math.min(...sides) + Math.max(...sides)) / 2, top];
}

function arrow(x: number, y: number, dx: number, dy: number): string[] {
  const [tipX, tipY] = [x + dx, y + dy];
  const wing = (side: number) =>
    `${tipX - 0.35 * dx + side * 0.25 * dy},${tipY - 0.35 * dy - side * 0.25 * dx}`;
  return [`${x},${y} ${tipX},${tipY}`, `${wing(1)} ${tipX},${tipY} ${wing(-1)}`];
}
