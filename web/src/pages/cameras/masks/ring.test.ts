import { describe, expect, it } from "vitest";

import {
  area,
  between,
  flaw,
  isInside,
  movedCorner,
  rectangle,
  type Ring,
  splitAfter,
  steppedBy,
  within,
  withoutCorner,
} from "./ring";

const SQUARE: Ring = [
  [0.2, 0.2],
  [0.4, 0.2],
  [0.4, 0.4],
  [0.2, 0.4],
];

describe("polygons over a picture", () => {
  it("stay within the picture", () => {
    expect(within([-0.2, 1.7])).toEqual([0, 1]);
    expect(movedCorner(SQUARE, 2, [2, 0.5])[2]).toEqual([1, 0.5]);
    for (let already = 0; already < 20; already += 1) {
      expect(
        rectangle(already)
          .flat()
          .every((value) => value > 0 && value < 1),
      ).toBe(true);
      expect(flaw(rectangle(already))).toBeNull();
    }
  });

  it("get and lose corners, and never have fewer than three", () => {
    expect(between(SQUARE, 3)).toEqual([0.2, 0.3]);
    const five = splitAfter(SQUARE, 0);
    expect(five[1]).toEqual([0.3, 0.2]);
    expect(area(five)).toBeCloseTo(0.04);
    expect(withoutCorner(five, 1)).toEqual(SQUARE);
    expect(withoutCorner(SQUARE.slice(0, 3), 0)).toBeNull();
  });

  it("are moved by arrow keys, and by no others", () => {
    expect(steppedBy("ArrowLeft", false, [0.5, 0.5])).toEqual([0.49, 0.5]);
    expect(steppedBy("ArrowDown", true, [0.5, 0.98])).toEqual([0.5, 1]);
    expect(steppedBy("a", false, [0.5, 0.5])).toBeNull();
  });

  it("know what is inside", () => {
    const bent = movedCorner(splitAfter(SQUARE, 0), 1, [0.3, 0.35]);
    expect(isInside(SQUARE, [0.3, 0.25])).toBe(true);
    expect(isInside(bent, [0.3, 0.25])).toBe(false);
    expect(isInside(bent, [0.22, 0.3])).toBe(true);
    expect(isInside(SQUARE, [0.5, 0.3])).toBe(false);
  });

  it("may be bent inwards, in either order", () => {
    const bent = movedCorner(splitAfter(SQUARE, 0), 1, [0.3, 0.39]);
    expect(flaw(bent)).toBeNull();
    expect(flaw([...bent].reverse())).toBeNull();
    expect(flaw(splitAfter(SQUARE, 2))).toBeNull(); // a corner on a straight side
  });

  it("may not cross, touch or fold upon themselves, or cover nothing", () => {
    const tie: Ring = [
      [0.2, 0.2],
      [0.4, 0.4],
      [0.4, 0.2],
      [0.2, 0.45],
    ];
    expect(flaw(tie)).toBe("crosses");
    expect(flaw(movedCorner(splitAfter(SQUARE, 0), 1, [0.3, 0.4]))).toBe("crosses"); // touches the far side
    expect(flaw([...SQUARE, [0.2, 0.6]])).toBe("crosses"); // a spike
    expect(flaw(SQUARE.map(([x]) => [x, 0.3]))).toBe("flat");
  });
});
