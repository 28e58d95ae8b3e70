/** Placing a camera on a floor plan: the same points of the ground in both pictures, and what lies between.
 *
 *  Four points give the projection exactly; more are fitted by least squares (here of the inhomogeneous
 *  equations with h33 = 1, good enough to show a grid; what is kept is worked out by the server). */
import type { Point } from "$lib/scene/rules";

export interface Pair {
  picture: Point;
  plan: Point;
}

/** Row by row; the last is 1. */
export type Matrix = readonly number[];

export type Wrong = "line" | "folded";

/** Where one begins: two squares, the lower half of the picture. */
export const FIRST: readonly Pair[] = [
  { picture: [0.3, 0.5], plan: [0.3, 0.3] },
  { picture: [0.7, 0.5], plan: [0.7, 0.3] },
  { picture: [0.8, 0.9], plan: [0.7, 0.7] },
  { picture: [0.2, 0.9], plan: [0.3, 0.7] },
];
export const MOST = 12;

const FLAT = 0.002; // area of a triangle, of the picture's

/** Why these points place nothing; null: they do. */
export function wrongWith(pairs: readonly Pair[]): Wrong | null {
  const four = pairs.slice(0, 4);
  const areas = (of: (pair: Pair) => Point): number[] =>
    four.map((_, out) => area(four.filter((_, place) => place !== out).map(of)));
  const [picture, plan] = [areas((pair) => pair.picture), areas((pair) => pair.plan)];
  if ([...picture, ...plan].some((one) => Math.abs(one) < FLAT)) return "line";
  // Each three of the points turn the same way round in both, or each the other way: else it is folded.
  const same = picture.filter((one, place) => one > 0 === (plan[place] ?? 0) > 0).length;
  return same === 0 || same === picture.length ? null : "folded";
}

/** From the picture to the plan; null where the points give none. */
export function projection(pairs: readonly Pair[]): Matrix | null {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9));
  for (const { picture, plan } of pairs) {
    const [[x, y], [u, v]] = [picture, plan];
    const rows = [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
    for (const row of rows)
      for (const [place, into] of normal.entries())
        for (let column = 0; column < 9; column++)
          into[column] = (into[column] ?? 0) + (row[place] ?? 0) * (row[column] ?? 0);
  }
  const solved = solve(normal);
  return solved && [...solved, 1];
}

export function projected(matrix: Matrix, [x, y]: Point): Point {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = matrix;
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Lines of a grid between the points' bounds in the picture, as they lie on the plan. */
export function gridOn(matrix: Matrix, pairs: readonly Pair[], lines = 6): [Point, Point][] {
  const xs = pairs.map((pair) => pair.picture[0]);
  const ys = pairs.map((pair) => pair.picture[1]);
  const [left, right, top, foot] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const share = Array.from({ length: lines + 1 }, (_, place) => place / lines);
  const across = share.map((at): [Point, Point] => {
    const y = top + at * (foot - top);
    return [projected(matrix, [left, y]), projected(matrix, [right, y])];
  });
  const down = share.map((at): [Point, Point] => {
    const x = left + at * (right - left);
    return [projected(matrix, [x, top]), projected(matrix, [x, foot])];
  });
  return [...across, ...down].filter((line) => line.flat().every((value) => Math.abs(value) < 5));
}

/** A name for the address of a plan: "Ground floor" is "ground-floor". */
export function nameFor(title: string): string {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}

/** A point moved and kept within the picture. */
export const shifted = ([x, y]: Point, dx: number, dy: number): Point => [clamp(x + dx), clamp(y + dy)];

export const clamp = (value: number): number => Math.round(1e4 * Math.min(1, Math.max(0, value))) / 1e4;

function area(corners: Point[]): number {
  const [[x0, y0], [x1, y1], [x2, y2]] = corners as [Point, Point, Point];
  return ((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) / 2;
}

/** Gauss with the largest pivot; null where there is no one answer. */
function solve(rows: Float64Array[]): number[] | null {
  const size = rows.length;
  for (let at = 0; at < size; at++) {
    const rest = rows.slice(at).sort((one, other) => Math.abs(other[at] ?? 0) - Math.abs(one[at] ?? 0));
    rows.splice(at, rest.length, ...rest);
    const pivot = rows[at] as Float64Array;
    if (Math.abs(pivot[at] ?? 0) < 1e-12) return null;
    for (const [place, row] of rows.entries()) {
      if (place === at) continue;
      const by = (row[at] ?? 0) / (pivot[at] ?? 1);
      for (let column = at; column <= size; column++)
        row[column] = (row[column] ?? 0) - by * (pivot[column] ?? 0);
    }
  }
  return rows.map((row, place) => (row[size] ?? 0) / (row[place] ?? 1));
}
