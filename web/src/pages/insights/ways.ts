/** Ways between zones: the table of who went from where to where, and arrows over the picture. */
import { HIGH } from "$lib/scene/drawing";
import type { Point } from "$lib/scene/rules";

import type { Sheet } from "./sheet";

export interface Flows {
  camera: string;
  rule: string;
  zones: readonly string[];
  /** Row: from, column: to. */
  legs: readonly (readonly number[])[];
  journeys: readonly (readonly number[])[];
}

export interface Way {
  from: string;
  to: string;
  count: number;
}

/** All that were gone, the one most gone first. */
export function waysOf(zones: readonly string[], counts: readonly (readonly number[])[]): Way[] {
  const ways = counts.flatMap((row, from) =>
    row.map((count, to) => ({ from: zones[from] ?? "", to: zones[to] ?? "", count })),
  );
  return ways.filter((way) => way.count > 0).sort((a, b) => b.count - a.count);
}

export function waysSheet(
  zones: readonly string[],
  counts: readonly (readonly number[])[],
  names: { corner: string; total: string },
): Sheet {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const rows = zones.map((zone, from) => [zone, ...(counts[from] ?? []), sum(counts[from] ?? [])]);
  const below = zones.map((_, to) => sum(counts.map((row) => row[to] ?? 0)));
  return {
    columns: [names.corner, ...zones, names.total],
    rows: [...rows, [names.total, ...below, sum(below)]],
  };
}

export interface Arrow extends Way {
  /** Of an SVG path, in units of which the picture is `HIGH` high. */
  path: string;
  head: string;
  /** Of the stroke, in the same units. */
  width: number;
  /** Where its number stands, 0..1. */
  at: Point;
}

const THICK = 34;
const THIN = 5;

/** Bent arrows between the middles of zones, so that there and back are two; a way back to itself is a loop. */
export function arrowsOf(
  ways: readonly Way[],
  zones: Readonly<Record<string, readonly Point[]>>,
  aspect: number,
): Arrow[] {
  const most = Math.max(1, ...ways.map((way) => way.count));
  return ways.flatMap((way) => {
    const [from, to] = [zones[way.from], zones[way.to]].map((ring) => ring && middle(ring));
    if (!from || !to) return [];
    const width = THIN + (THICK - THIN) * Math.sqrt(way.count / most);
    const place = ([x, y]: Point): Point => [x * HIGH * aspect, y * HIGH];
    const bent = way.from === way.to ? loop(place(from)) : bend(place(from), place(to), width);
    const { begin, control, end } = bent;
    const mid: Point = [
      (begin[0] + 2 * control[0] + end[0]) / 4 / (HIGH * aspect),
      (begin[1] + 2 * control[1] + end[1]) / 4 / HIGH,
    ];
    return [
      { ...way, width, at: mid, path: `M${begin} Q${control} ${end}`, head: headOf(control, end, width) },
    ];
  });
}

/** The middle of a polygon's area. */
export function middle(ring: readonly Point[]): Point {
  let [area, x, y] = [0, 0, 0];
  for (const [place, [x0, y0]] of ring.entries()) {
    const [x1, y1] = ring[(place + 1) % ring.length] as Point;
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  if (Math.abs(area) < 1e-9) return (ring[0] ?? [0.5, 0.5]) as Point;
  return [x / (3 * area), y / (3 * area)];
}

interface Bent {
  begin: Point;
  control: Point;
  end: Point;
}

function bend([x0, y0]: Point, [x1, y1]: Point, width: number): Bent {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.hypot(dx, dy) || 1;
  const [sideX, sideY] = [-dy / length, dx / length];
  const out = 0.9 * width;
  const free = Math.min(60 + width, length / 3); // of the middles: names stand there
  const at = (along: number, by: number): Point => [
    x0 + sideX * by + (dx / length) * along,
    y0 + sideY * by + (dy / length) * along,
  ];
  return {
    begin: at(free, out),
    control: at(length / 2, out + 0.18 * length + width),
    end: at(length - free, out),
  };
}

function loop([x, y]: Point): Bent {
  return { begin: [x - 30, y], control: [x, y - 160], end: [x + 30, y - 30] };
}

function headOf([cx, cy]: Point, [x, y]: Point, width: number): string {
  const length = Math.hypot(x - cx, y - cy) || 1;
  const [dx, dy] = [(x - cx) / length, (y - cy) / length];
  const wide = 0.9 * width + 6;
  const tip: Point = [x + dx * wide, y + dy * wide];
  return `M${tip} L${[x - dy * wide, y + dx * wide]} L${[x + dy * wide, y - dx * wide]} Z`;
}

/** The arrows over their picture, to be saved. */
export function drawnWays(
  still: HTMLImageElement | null,
  arrows: readonly Arrow[],
  names: readonly (readonly [string, Point])[],
  aspect: number,
  look: { arrow: string; ground: string; font: string },
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(HIGH * aspect), HIGH];
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.fillStyle = look.ground;
  pen.fillRect(0, 0, canvas.width, HIGH);
  if (still?.naturalWidth) pen.drawImage(still, 0, 0, canvas.width, HIGH);
  [pen.strokeStyle, pen.lineCap] = [look.arrow, "round"];
  for (const arrow of arrows) {
    pen.lineWidth = arrow.width;
    pen.stroke(new Path2D(arrow.path));
    pen.fillStyle = look.arrow;
    pen.fill(new Path2D(arrow.head));
  }
  const words = [...names, ...arrows.map((arrow) => [String(arrow.count), arrow.at] as const)];
  [pen.font, pen.textAlign, pen.textBaseline] = [`600 30px ${look.font}`, "center", "middle"];
  for (const [word, [x, y]] of words) {
    const wide = pen.measureText(word).width + 16;
    pen.fillStyle = look.ground;
    pen.fillRect(x * canvas.width - wide / 2, y * HIGH - 20, wide, 40);
    pen.fillStyle = "#fff";
    pen.fillText(word, x * canvas.width, y * HIGH);
  }
  return canvas;
}
