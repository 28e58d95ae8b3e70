import { describe, expect, it } from "vitest";

import type { Point } from "$lib/scene/rules";

import { arrowsOf, middle, waysOf, waysSheet } from "./ways";

const zones = ["door", "desk"];
const legs = [
  [0, 7],
  [2, 1],
];
const square = (x: number): Point[] => [
  [x, 0.4],
  [x + 0.2, 0.4],
  [x + 0.2, 0.6],
  [x, 0.6],
];
const places = { door: square(0), desk: square(0.8) };

describe("ways", () => {
  it("are those that were gone, the most first", () => {
    expect(waysOf(zones, legs)).toEqual([
      { from: "door", to: "desk", count: 7 },
      { from: "desk", to: "door", count: 2 },
      { from: "desk", to: "desk", count: 1 },
    ]);
  });

  it("have sums of rows and columns", () => {
    expect(waysSheet(zones, legs, { corner: "from", total: "sum" })).toEqual({
      columns: ["from", "door", "desk", "sum"],
      rows: [
        ["door", 0, 7, 7],
        ["desk", 2, 1, 3],
        ["sum", 2, 8, 10],
      ],
    });
  });
});

describe("arrows", () => {
  it("there and back are two, the wider the more", () => {
    const [there, back] = arrowsOf(waysOf(zones, legs), places, 2);
    expect(there?.width).toBeGreaterThan(back?.width ?? Infinity);
    expect(Math.sign((there?.at[1] ?? 0) - 0.5)).toBe(-Math.sign((back?.at[1] ?? 0) - 0.5));
    expect(there?.at[0]).toBeGreaterThan(0.3);
    expect(there?.at[0]).toBeLessThan(0.7);
  });

  it("are not drawn where a zone is gone", () => {
    expect(arrowsOf(waysOf(zones, legs), { door: square(0) }, 2)).toEqual([]);
  });

  it("begin in the middle of a zone", () => {
    expect(middle(square(0))[0]).toBeCloseTo(0.1);
    expect(
      middle([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([0, 0]);
  });
});
