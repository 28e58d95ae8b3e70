import { describe, expect, it } from "vitest";

import { binsOf, occupancyOf, staysOf } from "./staying";

const dwelt = { camera: "yard", rule: "stay", lower: [2, 4, 10], upper: [4, 6, null], presences: [6, 20, 5] };

describe("binsOf", () => {
  it("has the bins that are not told of, too", () => {
    expect(binsOf(dwelt)).toEqual([
      { from: 0, to: 2, stays: null },
      { from: 2, to: 4, stays: 6 },
      { from: 4, to: 6, stays: 20 },
      { from: 6, to: 10, stays: null },
      { from: 10, to: null, stays: 5 },
    ]);
    expect(binsOf({ ...dwelt, lower: [], upper: [], presences: [] })).toEqual([]);
  });
});

describe("staysOf", () => {
  it("knows in which bin the middle one lies", () => {
    expect(staysOf(binsOf(dwelt))).toEqual({ stays: 31, half: 6 });
    expect(staysOf([])).toEqual({ stays: 0, half: null });
    expect(staysOf([{ from: 0, to: null, stays: 9 }])).toEqual({ stays: 9, half: null });
  });
});

describe("occupancyOf", () => {
  it("weighs by the time of which the number is known", () => {
    const one = {
      camera: "yard",
      rule: "people",
      mean: [null, 2, 4],
      most: [null, 9, 6],
      seconds: [0, 60, 180],
    };
    expect(occupancyOf(one)).toEqual({ mean: 3.5, most: 9, place: 1, seconds: 240 });
    expect(occupancyOf({ ...one, mean: [null], most: [null], seconds: [0] })).toEqual({
      mean: null,
      most: null,
      place: -1,
      seconds: 0,
    });
  });
});
