/** Polygons over a picture, in fractions of it (origin top left): moving, adding, and what is wrong. */

export type Point = [number, number];
export type Ring = Point[];

/** Below this share of the picture a polygon covers nothing (the server refuses it too). */
const SMALLEST_AREA = 1e-6;
const DIGITS = 4;

const STEP = 0.01;
const FAR = 0.05;
const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where an arrow key moves a point; null: it is none. */
export function steppedBy(key: string, isFar: boolean, [x, y]: Point): Point | null {
  const way = WAYS[key];
  const step = isFar ? FAR : STEP;
  return way ? within([x + way[0] * step, y + way[1] * step]) : null;
}

/** Within the picture, and no finer than a pixel of it needs. */
export function within([x, y]: Point): Point {
  const fraction = (value: number) => Number(Math.min(1, Math.max(0, value)).toFixed(DIGITS));
  return [fraction(x), fraction(y)];
}

/** A rectangle in the middle, moved a little for each that is there, so that none hides another. */
export function rectangle(already: number): Ring {
  const by = 0.04 * (already % 6);
  const [x0, y0, x1, y1] = [0.3 + by, 0.3 + by, 0.55 + by, 0.55 + by];
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ].map(([x, y]) => within([x ?? 0, y ?? 0]));
}

export function movedCorner(ring: Ring, corner: number, to: Point): Ring {
  return ring.map((point, n) => (n === corner ? within(to) : point));
}

/** One more corner, half way to the next. */
export function splitAfter(ring: Ring, corner: number): Ring {
  return [...ring.slice(0, corner + 1), between(ring, corner), ...ring.slice(corner + 1)];
}

/** The middle of the side that begins at `corner`. */
export function between(ring: Ring, corner: number): Point {
  const [x0, y0] = ring[corner] ?? [0, 0];
  const [x1, y1] = ring[(corner + 1) % ring.length] ?? [0, 0];
  return within([(x0 + x1) / 2, (y0 + y1) / 2]);
}

/** One corner less; null when it would be no polygon any more. */
export function withoutCorner(ring: Ring, corner: number): Ring | null {
  return ring.length > 3 ? ring.filter((_, n) => n !== corner) : null;
}

export function area(ring: Ring): number {
  const doubled = ring.reduce((sum, [x, y], n) => {
    const [nextX, nextY] = ring[(n + 1) % ring.length] ?? [0, 0];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(doubled) / 2;
}

/** Whether a point lies in it (even-odd). */
export function isInside(ring: Ring, [x, y]: Point): boolean {
  return (
    ring.filter(([x0, y0], n) => {
      const [x1, y1] = ring[(n + 1) % ring.length] ?? [0, 0];
      return y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
    }).length %
      2 ===
    1
  );
}

/** What is wrong with it, if anything. */
export function flaw(ring: Ring): "crosses" | "flat" | null {
  if (area(ring) < SMALLEST_AREA) return "flat";
  const sides = ring.length;
  for (let one = 0; one < sides; one += 1) {
    for (let two = one + 1; two < sides; two += 1) {
      const neighbours = two === one + 1 || (one === 0 && two === sides - 1);
      if (neighbours ? foldsBack(ring, one, two) : meet(ring, one, two)) return "crosses";
    }
  }
  return null;
}

function side(ring: Ring, n: number): [Point, Point] {
  return [ring[n] ?? [0, 0], ring[(n + 1) % ring.length] ?? [0, 0]];
}

/** Twice the area to the left of a→b→c. */
function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

function meet(ring: Ring, one: number, two: number): boolean {
  const [a, b] = side(ring, one);
  const [c, d] = side(ring, two);
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && holds(a, b, c)) ||
    (abd === 0 && holds(a, b, d)) ||
    (cda === 0 && holds(c, d, a)) ||
    (cdb === 0 && holds(c, d, b))
  );
}

/** Whether `p`, on the line through a and b, lies between them. */
function holds([ax, ay]: Point, [bx, by]: Point, [px, py]: Point): boolean {
  return Math.min(ax, bx) <= px && px <= Math.max(ax, bx) && Math.min(ay, by) <= py && py <= Math.max(ay, by);
}

/** Two sides with a corner in common that lie on each other. */
function foldsBack(ring: Ring, one: number, two: number): boolean {
  const [a, b] = side(ring, one);
  const [c, d] = side(ring, two);
  const [from, corner, to] = b[0] === c[0] && b[1] === c[1] ? [a, b, d] : [c, a, b];
  if (turn(from, corner, to) !== 0) return false;
  const along = (from[0] - corner[0]) * (to[0] - corner[0]) + (from[1] - corner[1]) * (to[1] - corner[1]);
  return along >= 0;
}
