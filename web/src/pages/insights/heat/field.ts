/** A heat map as it is drawn: the grid made finer, each point given its step, and lines where steps meet. */
import { stepOf } from "./scale";

export interface Grid {
  columns: number;
  rows: number;
  /** Row by row, from the top left. */
  seconds: readonly (readonly number[])[];
}

/** Steps of points: 0 is before the first, n the n-th. */
export interface Field {
  width: number;
  height: number;
  steps: Uint8Array;
}

/** `finer` points for each cell and direction, between the middles of cells by bilinear interpolation. */
export function fieldOf(grid: Grid, steps: readonly number[], finer: number): Field {
  const [width, height] = [grid.columns * finer, grid.rows * finer];
  const found = new Uint8Array(width * height);
  const flat = Float64Array.from(grid.seconds.flat());
  const across = Array.from({ length: width }, (_, x) => between(x, finer, grid.columns));
  const row = new Float64Array(grid.columns); // of cells, at the height of a row of points
  for (let y = 0; y < height; y++) {
    const [top, below, down] = between(y, finer, grid.rows);
    for (let column = 0; column < grid.columns; column++) {
      const upper = flat[top * grid.columns + column] ?? 0;
      row[column] = upper + ((flat[below * grid.columns + column] ?? 0) - upper) * down;
    }
    for (let x = 0; x < width; x++) {
      const [left, right, along] = across[x] as Place;
      const before = row[left] ?? 0;
      const seconds = before + ((row[right] ?? 0) - before) * along;
      if (seconds > 0) found[y * width + x] = stepOf(seconds, steps) + 1;
    }
  }
  return { width, height, steps: found };
}

/** Whether a line runs along a point: its step is higher than that of a neighbour. */
export function isEdge({ width, height, steps }: Field, x: number, y: number): boolean {
  const at = y * width + x;
  const here = steps[at] ?? 0;
  return (
    (x > 0 && (steps[at - 1] ?? 0) < here) ||
    (x < width - 1 && (steps[at + 1] ?? 0) < here) ||
    (y > 0 && (steps[at - width] ?? 0) < here) ||
    (y < height - 1 && (steps[at + width] ?? 0) < here)
  );
}

type Place = readonly [first: number, second: number, along: number];

/** The two cells between whose middles a point lies, and how far it is on its way to the second. */
function between(point: number, finer: number, cells: number): Place {
  const place = Math.min(cells - 1, Math.max(0, (point + 0.5) / finer - 0.5));
  const first = Math.floor(place);
  return [first, Math.min(cells - 1, first + 1), place - first];
}
