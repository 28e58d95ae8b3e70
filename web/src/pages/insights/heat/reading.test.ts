import { describe, expect, it } from "vitest";

import { type Heat, heatSheet, peakOf, readAt } from "./reading";

const heat: Heat = {
  columns: 2,
  rows: 2,
  seconds: [
    [0, 3],
    [8, 0.5],
  ],
  total: 11.5,
  patches: null,
  from: 0,
  to: 1,
  hasOtherGrids: false,
  outside: 0,
};

describe("readAt", () => {
  it("finds the cell of a place, at the edges too", () => {
    expect(readAt(heat, 0.9, 0.1)).toEqual({ seconds: 3, cell: [2, 1] });
    expect(readAt(heat, 0, 1)).toEqual({ seconds: 8, cell: [1, 2] });
  });

  it("finds the patch of the ground, as the picture shows it", () => {
    const trapeze = [
      [0.4, 0.5],
      [0.6, 0.5],
      [0.9, 1.2], // beside the picture
      [0.1, 1.2],
    ];
    const ground = { ...heat, patches: [{ seconds: 7, corners: trapeze }] };
    expect(readAt(ground, 0.2, 0.99)).toEqual({ seconds: 7, cell: null });
    expect(readAt(ground, 0.2, 0.6).seconds).toBe(0);
    expect(peakOf(ground)).toBe(7);
  });
});

describe("heatSheet", () => {
  it("has the cells in which somebody was, the most first", () => {
    const names = { column: "c", row: "r", secondsColumn: "s" };
    expect(heatSheet(heat, names).rows).toEqual([
      [1, 2, 8],
      [2, 1, 3],
      [2, 2, 0.5],
    ]);
    expect(peakOf(heat)).toBe(8);
  });
});
