import { describe, expect, it } from "vitest";

import type { Point, Rule } from "$lib/scene/rules";

import { cornerAt, edgeAt, isInside } from "./hit";
import { clicked, pointedAt, released } from "./pen";
import { inserted, moved, placed, removed, shifted, snapped } from "./points";
import { keyOf, shapeAt, shapesOf, withoutShape, withPoints, withZoneNamed } from "./shapes";

const line: Point[] = [
  [0.2, 0.2],
  [0.2, 0.8],
];
const square: Point[] = [
  [0.4, 0.4],
  [0.6, 0.4],
  [0.6, 0.6],
  [0.4, 0.6],
];
const small: Point[] = [
  [0.45, 0.45],
  [0.5, 0.45],
  [0.5, 0.5],
];
const SIZE = [1000, 500] as const;

describe("shapes of a rule", () => {
  const paths: Rule = { id: "ways", type: "paths", zones: { a: square, b: small } };

  it("are its line, its zone with holes, its zones by name", () => {
    const zone: Rule = { id: "z", type: "intrusion", polygon: square, holes: [small] };
    expect(shapesOf(zone).map((shape) => keyOf(shape.place))).toEqual(["polygon", "hole 0"]);
    expect(shapesOf(paths).map((shape) => keyOf(shape.place))).toEqual(["zone a", "zone b"]);
    expect(shapesOf({ id: "l", type: "line_crossing", points: line })[0]?.closed).toBe(false);
  });

  it("are replaced, added, taken away, without changing the rule that was", () => {
    const zone: Rule = { id: "z", type: "intrusion", polygon: square };
    const cut = withPoints(zone, { kind: "hole", index: 0 }, small);
    expect(zone.holes).toBeUndefined();
    expect(shapeAt(cut, { kind: "hole", index: 0 })?.points).toEqual(small);
    expect(withoutShape(cut, { kind: "hole", index: 0 }).holes).toEqual([]);
    expect(withoutShape(cut, { kind: "polygon" }).polygon).toEqual(square);
  });

  it("keep their order when a zone is renamed", () => {
    expect(Object.keys(withZoneNamed(paths, "a", "door").zones ?? {})).toEqual(["door", "b"]);
    expect(Object.keys(withoutShape(paths, { kind: "zone", name: "a" }).zones ?? {})).toEqual(["b"]);
  });
});

describe("points", () => {
  it("snap to the border, and are on the picture", () => {
    expect(snapped([0.005, 0.995])).toEqual([0, 1]);
    expect(snapped([0.0134567, 0.5])).toEqual([0.0135, 0.5]);
  });

  it("are moved, inserted halfway, removed down to the fewest", () => {
    expect(moved(line, 1, [0.5, 0.5])[1]).toEqual([0.5, 0.5]);
    expect(inserted(line, 0)).toEqual([line[0], [0.2, 0.5], line[1]]);
    expect(inserted(square, 3)).toHaveLength(5);
    expect(inserted(square, 3)[4]).toEqual([0.4, 0.5]);
    expect(removed(square, 0, true)).toHaveLength(3);
    expect(removed(line, 0, false)).toHaveLength(2);
  });

  it("go together as far as the picture does", () => {
    expect(shifted(line, -0.5, 0)[0]).toEqual([0, 0.2]);
    expect(shifted(line, 0, 0.5)).toEqual([
      [0.2, 0.4],
      [0.2, 1],
    ]);
  });

  it("are placed where nobody draws them", () => {
    expect(placed(false)).toHaveLength(2);
    expect(placed(true)).toHaveLength(4);
  });
});

describe("what is under a pointer", () => {
  it("is the nearest corner within reach, in pixels", () => {
    expect(cornerAt(line, [0.205, 0.2], SIZE, 9)).toBe(0);
    expect(cornerAt(line, [0.22, 0.2], SIZE, 9)).toBeNull();
    expect(cornerAt(line, [0.2, 0.215], SIZE, 9)).toBe(0);
  });

  it("is an edge, at its nearest point; a line has none from its end to its beginning", () => {
    const hit = edgeAt(square, true, [0.4, 0.5], SIZE, 9);
    expect(hit?.index).toBe(3);
    expect(hit?.at[1]).toBeCloseTo(0.5);
    expect(edgeAt(square, false, [0.4, 0.5], SIZE, 9)).toBeNull();
  });

  it("is a ring, concave too", () => {
    const horse: Point[] = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.5, 0.2],
      [0, 1],
    ];
    expect(isInside(horse, [0.5, 0.1])).toBe(true);
    expect(isInside(horse, [0.5, 0.8])).toBe(false);
  });

  it("is a line before the zone that it crosses, and the smaller of two zones", () => {
    const rules: Rule[] = [
      { id: "big", type: "intrusion", polygon: square },
      { id: "small", type: "dwell", polygon: small },
      {
        id: "gate",
        type: "line_crossing",
        points: [
          [0.55, 0.3],
          [0.55, 0.7],
        ],
      },
    ];
    expect(pointedAt(rules, [0.552, 0.5], SIZE, 9)?.id).toBe("gate");
    expect(pointedAt(rules, [0.485, 0.46], SIZE, 5)?.id).toBe("small");
    expect(pointedAt(rules, [0.42, 0.55], SIZE, 5)?.id).toBe("big");
    expect(pointedAt(rules, [0.1, 0.1], SIZE, 5)).toBeNull();
  });
});

describe("the pen", () => {
  it("ends a line where its last point is clicked again", () => {
    const { points, done } = clicked(line, false, [0.2, 0.8], SIZE, 9);
    expect(done).toBe(true);
    expect(points).toEqual(line);
  });

  it("ends no line of one point", () => {
    expect(clicked([[0.5, 0.5]], false, [0.5, 0.5], SIZE, 9).done).toBe(false);
  });

  it("ends a ring on its first corner, when it has three", () => {
    expect(clicked(square, true, [0.4, 0.4], SIZE, 9)).toEqual({ points: square, done: true });
    expect(clicked(square.slice(0, 2), true, [0.4, 0.4], SIZE, 9).done).toBe(false);
  });

  it("draws a line in one go", () => {
    expect(released([[0.2, 0.2]], false, [0.2, 0.8], SIZE, 9)).toEqual({ points: line, done: true });
    expect(released([[0.2, 0.2]], false, [0.201, 0.2], SIZE, 9).done).toBe(false);
    expect(released([[0.2, 0.2]], true, [0.2, 0.8], SIZE, 9).done).toBe(false);
  });
});
