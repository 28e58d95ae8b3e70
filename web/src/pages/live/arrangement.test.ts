import { describe, expect, it } from "vitest";

import { gridOf, inOrder, moved, placeAfter } from "./arrangement";

describe("inOrder", () => {
  it("keeps what was arranged, drops what is gone, and puts new cameras last", () => {
    expect(inOrder(["yard", "door", "attic"], ["yard", "gone", "door"])).toEqual(["yard", "door", "attic"]);
  });
});

describe("moved", () => {
  const order = ["a", "b", "c", "d"];
  it.each([
    ["a", 2, ["b", "c", "a", "d"]],
    ["d", 0, ["d", "a", "b", "c"]],
    ["b", 99, ["a", "c", "d", "b"]],
    ["c", -5, ["c", "a", "b", "d"]],
  ])("puts %s at %i", (name, to, expected) => {
    expect(moved(order, name, to)).toEqual(expected);
  });
});

describe("gridOf", () => {
  it("fits all cameras, 16 at most", () => {
    expect(gridOf("auto", 5, false)).toEqual({ perPage: 5, columns: 3 });
    expect(gridOf("auto", 40, false)).toEqual({ perPage: 16, columns: 4 });
    expect(gridOf("auto", 0, false)).toEqual({ perPage: 1, columns: 1 });
  });

  it("is one column on a phone, two where more were asked for", () => {
    expect(gridOf("auto", 5, true).columns).toBe(1);
    expect(gridOf("9", 5, true).columns).toBe(2);
  });
});

describe("placeAfter", () => {
  it("goes a row down by a column's worth", () => {
    expect(placeAfter("ArrowDown", 1, 3)).toBe(4);
    expect(placeAfter("x", 1, 3)).toBeNull();
  });
});
