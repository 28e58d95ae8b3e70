import { describe, expect, it } from "vitest";

import { fieldOf, isEdge } from "./field";

const grid = {
  columns: 3,
  rows: 2,
  seconds: [
    [0, 10, 0],
    [0, 10, 40],
  ],
};

describe("fieldOf", () => {
  it("gives cells their steps", () => {
    const field = fieldOf(grid, [5, 20], 1);
    expect([...field.steps]).toEqual([0, 1, 0, 0, 1, 2]);
  });

  it("goes evenly from the middle of a cell to that of the next", () => {
    const field = fieldOf({ columns: 2, rows: 1, seconds: [[0, 10]] }, [2.6, 7.6], 10);
    const row = [...field.steps.slice(0, 20)];
    expect(row).toEqual([...Array(8).fill(0), ...Array(5).fill(1), ...Array(7).fill(2)]);
    expect(field.height).toBe(10);
  });
});

describe("isEdge", () => {
  it("is where a step meets a lower one, on the higher side", () => {
    const field = fieldOf(grid, [5, 20], 1);
    expect(isEdge(field, 1, 0)).toBe(true);
    expect(isEdge(field, 0, 0)).toBe(false);
    const even = fieldOf({ columns: 1, rows: 1, seconds: [[9]] }, [5], 4);
    expect(isEdge(even, 0, 0)).toBe(false); // the picture's own edge is none
  });
});
