import { describe, expect, it } from "vitest";

import type { Point } from "$lib/scene/rules";

import { areaOf, wrongLine, wrongRing, wrongShapes } from "./validity";

const P: Point = [0.2, 0.2];
const Q: Point = [0.8, 0.2];
const R: Point = [0.8, 0.8];
const S: Point = [0.2, 0.8];
const square: Point[] = [P, Q, R, S];
const hole = (x: number): Point[] => [
  [x, 0.4],
  [x + 0.1, 0.4],
  [x + 0.1, 0.5],
];

describe("a ring", () => {
  it("is fine, either way round, said closed or not, concave", () => {
    expect(wrongRing(square)).toBeNull();
    expect(wrongRing(square.toReversed())).toBeNull();
    expect(wrongRing([...square, [0.2, 0.2]])).toBeNull();
    expect(wrongRing([...square.slice(0, 3), [0.5, 0.4]])).toBeNull();
    expect(areaOf(square)).toBeCloseTo(0.36);
  });

  it("may have corners on a straight side, and one twice", () => {
    expect(wrongRing([P, [0.5, 0.2], ...square.slice(1)])).toBeNull();
    expect(wrongRing([P, ...square])).toBeNull();
  });

  it.each([
    ["a bow tie", [P, R, Q, S]],
    ["one that touches itself with a corner", [...square.slice(0, 3), [0.5, 0.2] as Point]],
    ["a spike that goes back over itself", [...square, [0.2, 0.9] as Point, [0.2, 0.5] as Point]],
  ])("is refused, with its edges: %s", (_, ring) => {
    const wrong = wrongRing(ring);
    expect(wrong?.flaw).toBe("crosses");
    expect(wrong?.edges.length).toBeGreaterThan(1);
  });

  it("needs three corners and an area", () => {
    expect(wrongRing(square.slice(0, 2))?.flaw).toBe("few");
    expect(
      wrongRing([
        [0.1, 0.1],
        [0.1005, 0.1],
        [0.1, 0.1005],
      ])?.flaw,
    ).toBe("flat");
  });
});

describe("a line", () => {
  it("needs points that differ; it may cross itself", () => {
    expect(wrongLine(square.slice(0, 2))).toBeNull();
    expect(wrongLine([P, R, Q, S])).toBeNull();
    expect(wrongLine([P, Q, Q])).toEqual({ flaw: "same", edges: [1] });
  });
});

describe("holes", () => {
  const zone = (holes: Point[][]) => wrongShapes({ id: "z", type: "intrusion", polygon: square, holes });

  it("lie in the zone, apart from each other", () => {
    expect(zone([hole(0.3), hole(0.6)])).toEqual([]);
    expect(zone([hole(0.75)])).toEqual([{ place: { kind: "hole", index: 0 }, flaw: "outside", edges: [] }]);
    expect(zone([hole(0.3), hole(0.35)]).map((wrong) => wrong.flaw)).toEqual(["overlap"]);
  });
});
