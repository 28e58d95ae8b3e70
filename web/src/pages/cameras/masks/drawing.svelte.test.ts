import { expect, it } from "vitest";

import { Drawing, MOST } from "./drawing.svelte";

it("draws corner by corner, closes with three, and goes back step by step", () => {
  const drawing = new Drawing([]);
  drawing.put([0.1, 0.1]);
  drawing.put([0.5, 0.1]);
  drawing.close();
  expect(drawing.rings).toEqual([]);
  drawing.put([0.5, 1.4]);
  drawing.close();
  expect(drawing.rings).toEqual([
    [
      [0.1, 0.1],
      [0.5, 0.1],
      [0.5, 1],
    ],
  ]);
  expect(drawing.open).toEqual([]);
  drawing.undo();
  expect(drawing.open).toHaveLength(3);
  drawing.undo();
  drawing.undo();
  drawing.undo();
  expect([drawing.open, drawing.rings, drawing.canUndo]).toEqual([[], [], false]);
});

it("takes a whole drag back at once", () => {
  const drawing = new Drawing([]);
  drawing.addRectangle();
  const before = drawing.rings;
  drawing.grip();
  for (const x of [0.1, 0.15, 0.2]) drawing.move(0, 0, [x, 0.2]);
  expect(drawing.rings[0]?.[0]).toEqual([0.2, 0.2]);
  drawing.undo();
  expect(drawing.rings).toEqual(before);
});

it("removes a mask with its third last corner, and takes no more than the settings do", () => {
  const drawing = new Drawing([]);
  drawing.addRectangle();
  drawing.removeCorner(0, 0);
  expect(drawing.rings[0]).toHaveLength(3);
  drawing.removeCorner(0, 0);
  expect(drawing.rings).toEqual([]);
  for (let n = 0; n < MOST + 3; n += 1) drawing.addRectangle();
  drawing.put([0.1, 0.1]);
  expect([drawing.rings.length, drawing.open.length]).toEqual([MOST, 0]);
});

it("shows the corners of one mask: the newest, or the one that was touched", () => {
  const drawing = new Drawing([]);
  drawing.addRectangle();
  drawing.addRectangle();
  expect(drawing.chosen).toBe(1);
  expect(drawing.chooseAt([0.31, 0.31])).toBe(true);
  expect(drawing.chosen).toBe(0);
  expect(drawing.chooseAt([0.31, 0.31])).toBe(false); // it is; a new corner is meant
  expect(drawing.chooseAt([0.9, 0.9])).toBe(false);
  drawing.remove(0);
  expect(drawing.chosen).toBe(0);
  drawing.undo();
  drawing.chosen = 1;
  drawing.undo();
  expect(drawing.chosen).toBe(0);
});
