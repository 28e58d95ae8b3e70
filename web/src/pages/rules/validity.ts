/**
 * Whether the server would take a shape: the same checks as `curtilage.config.shapes`, so that what
 * it would refuse is marked while it is drawn. The server has the last word.
 */
import type { Point, Rule } from "$lib/scene/rules";

import { isInside } from "./hit";
import { type Place, shapesOf } from "./shapes";

const SMALLEST_LENGTH = 1e-4;
const SMALLEST_AREA = 1e-6;

export type Flaw = "same" | "crosses" | "flat" | "few" | "outside" | "overlap";

export interface Wrong {
  place: Place;
  flaw: Flaw;
  /** Edges (from corner `i` to the next) that are wrong; none: the whole shape. */
  edges: number[];
}

/** What is wrong with the shapes of a rule; the first flaw of each. */
export function wrongShapes(rule: Rule): Wrong[] {
  const found: Wrong[] = [];
  for (const { place, points, closed } of shapesOf(rule)) {
    const wrong = closed ? wrongRing(points) : wrongLine(points);
    if (wrong) found.push({ place, ...wrong });
  }
  return found.length > 0 ? found : wrongHoles(rule);
}

export function wrongLine(points: readonly Point[]): Omit<Wrong, "place"> | null {
  if (points.length < 2) return { flaw: "few", edges: [] };
  const edges = edgesOf(points, false).flatMap(([a, b], n) => (isNear(a, b) ? [n] : []));
  return edges.length > 0 ? { flaw: "same", edges } : null;
}

export function wrongRing(ring: readonly Point[]): Omit<Wrong, "place"> | null {
  // Rings may be given closed, and a corner that is said again is no corner.
  const corners = [...ring.keys()].filter((n) => String(ring[n]) !== String(ring[(n + 1) % ring.length]));
  const points = corners.flatMap((n) => ring.slice(n, n + 1));
  if (ring.length < 3 || points.length < 3) return { flaw: "few", edges: [] };
  const edges = crossings(points).flatMap((n) => corners.slice(n, n + 1));
  if (edges.length > 0) return { flaw: "crosses", edges };
  return Math.abs(areaOf(points)) < SMALLEST_AREA ? { flaw: "flat", edges: [] } : null;
}

/** Signed, of the unit square. */
export function areaOf(ring: readonly Point[]): number {
  return edgesOf(ring, true).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0) / 2;
}

/** From each corner to the next; of a ring, from the last to the first too. */
export function edgesOf(points: readonly Point[], closed: boolean): [Point, Point][] {
  return points.flatMap((point, n): [Point, Point][] => {
    const next = points[n + 1] ?? (closed ? points[0] : undefined);
    return next ? [[point, next]] : [];
  });
}

/** Edges that cross or touch others than their neighbours, or lie on their neighbours. */
function crossings(ring: readonly Point[]): number[] {
  const bad = new Set<number>();
  const edges = edgesOf(ring, true);
  for (const [i, [a, b]] of edges.entries()) {
    for (const [j, [c, d]] of edges.entries()) {
      if (j <= i) continue;
      const follows = j === i + 1;
      const closes = i === 0 && j === edges.length - 1;
      const wrong = follows || closes ? foldsBack(follows ? [a, b, d] : [c, d, b]) : meet(a, b, c, d);
      if (wrong) bad.add(i).add(j);
    }
  }
  return [...bad].sort((one, other) => one - other);
}

/** Whether the way from a to b goes back over itself to c. */
function foldsBack([a, b, c]: [Point, Point, Point]): boolean {
  const dot = (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]);
  return turn(a, b, c) === 0 && dot > 0;
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb && abc * abd <= 0 && cda * cdb <= 0) return true;
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}

const turn = (a: Point, b: Point, c: Point): number => {
  const cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  return Math.abs(cross) < 1e-12 ? 0 : Math.sign(cross);
};

const isBetween = (a: Point, b: Point, c: Point): boolean =>
  Math.min(a[0], b[0]) <= c[0] &&
  c[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= c[1] &&
  c[1] <= Math.max(a[1], b[1]);

const isNear = (a: Point, b: Point): boolean => Math.hypot(a[0] - b[0], a[1] - b[1]) < SMALLEST_LENGTH;

function wrongHoles(rule: Rule): Wrong[] {
  const holes = rule.holes ?? [];
  const outer = rule.polygon;
  if (!outer) return [];
  const found: Wrong[] = [];
  for (const [index, hole] of holes.entries()) {
    const place: Place = { kind: "hole", index };
    const isIn = hole.every((point) => isInside(outer, point) || onBorder(outer, point));
    if (!isIn || doCross(hole, outer)) found.push({ place, flaw: "outside", edges: [] });
    else if (holes.some((other, n) => n < index && overlap(hole, other)))
      found.push({ place, flaw: "overlap", edges: [] });
  }
  return found;
}

const overlap = (a: Point[], b: Point[]): boolean =>
  doCross(a, b) || a.some((point) => isInside(b, point)) || b.some((point) => isInside(a, point));

/** Whether borders cut each other, not only touch. */
function doCross(a: readonly Point[], b: readonly Point[]): boolean {
  const others = edgesOf(b, true);
  return edgesOf(a, true).some(([p, q]) =>
    others.some(([r, s]) => turn(p, q, r) * turn(p, q, s) < 0 && turn(r, s, p) * turn(r, s, q) < 0),
  );
}

const onBorder = (ring: readonly Point[], point: Point): boolean =>
  edgesOf(ring, true).some(([a, b]) => turn(a, b, point) === 0 && isBetween(a, b, point));
