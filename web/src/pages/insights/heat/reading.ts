/** Reading a heat map: how long somebody was at a place of the picture, and the cells as a table. */
import type { Sheet } from "../sheet";
import type { Grid } from "./field";

/** A cell of the ground, as the picture shows it. */
export interface Patch {
  seconds: number;
  /** x y, 0..1 of the picture; some may lie beside it. */
  corners: readonly (readonly number[])[];
}

export interface Heat extends Grid {
  total: number;
  /** Of a map of the ground: its cells over the picture. null: the grid lies over it as it is. */
  patches: readonly Patch[] | null;
  /** ms: of what was summed. */
  from: number;
  to: number;
  /** The grid was another one before. */
  hasOtherGrids: boolean;
  /** Of a plan: seconds that lie beside it. */
  outside: number;
}

/** The most that is in a cell. */
export function peakOf({ seconds, patches }: Heat): number {
  const values = patches ? patches.map((patch) => patch.seconds) : seconds.flat();
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Seconds at a place (0..1 of the picture), and of which cell: from 1; null where cells are the ground's. */
export function readAt(heat: Heat, x: number, y: number): { seconds: number; cell: [number, number] | null } {
  if (heat.patches) {
    const patch = heat.patches.find((one) => isInside(one.corners, x, y));
    return { seconds: patch?.seconds ?? 0, cell: null };
  }
  const column = Math.min(heat.columns - 1, Math.max(0, Math.floor(x * heat.columns)));
  const row = Math.min(heat.rows - 1, Math.max(0, Math.floor(y * heat.rows)));
  return { seconds: heat.seconds[row]?.[column] ?? 0, cell: [column + 1, row + 1] };
}

/** All cells in which somebody was, the most first. */
export function heatSheet(heat: Heat, names: { column: string; row: string; secondsColumn: string }): Sheet {
  const rows = heat.seconds.flatMap((values, row) =>
    values.flatMap((seconds, column) => (seconds > 0 ? [[column + 1, row + 1, seconds]] : [])),
  );
  rows.sort((a, b) => (b[2] ?? 0) - (a[2] ?? 0));
  return { columns: [names.column, names.row, names.secondsColumn], rows };
}

/** Even-odd: a ray to the right crosses the sides an odd number of times. */
function isInside(corners: readonly (readonly number[])[], x: number, y: number): boolean {
  let inside = false;
  for (const [place, from] of corners.entries()) {
    const to = corners[(place + 1) % corners.length] ?? from;
    const [x0 = 0, y0 = 0] = from;
    const [x1 = 0, y1 = 0] = to;
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}
