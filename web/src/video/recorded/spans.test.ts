import { describe, expect, it } from "vitest";

import { joined, nextIn, type Span, spanAt, within, without } from "./spans";

const some: Span[] = [
  [0, 10],
  [20, 30],
  [50, 60],
];

describe("spans", () => {
  it("finds the one that a moment lies in; the end is not in it", () => {
    expect(spanAt(some, 0)).toEqual([0, 10]);
    expect(spanAt(some, 29.9)).toEqual([20, 30]);
    expect(spanAt(some, 10)).toBeNull();
    expect(spanAt(some, 60)).toBeNull();
    expect(spanAt([], 5)).toBeNull();
  });

  it("finds where the next begins", () => {
    expect(nextIn(some, 5)).toBe(5);
    expect(nextIn(some, 10)).toBe(20);
    expect(nextIn(some, 60)).toBeNull();
  });

  it("joins what overlaps or nearly touches, in order", () => {
    expect(joined([[20, 30], [0, 10], [9, 12]])).toEqual([[0, 12], [20, 30]]); // prettier-ignore
    expect(joined(some, 10)).toEqual([[0, 30], [50, 60]]); // prettier-ignore
    expect(joined([[5, 5]])).toEqual([]);
  });

  it("takes spans away from others", () => {
    expect(without(some, [[5, 25], [55, 100]])).toEqual([[0, 5], [25, 30], [50, 55]]); // prettier-ignore
    expect(without([[0, 100]], some)).toEqual([[10, 20], [30, 50], [60, 100]]); // prettier-ignore
    expect(without(some, [[-5, 70]])).toEqual([]);
  });

  it("keeps what lies within", () => {
    expect(within(some, 5, 55)).toEqual([[5, 10], [20, 30], [50, 55]]); // prettier-ignore
  });
});
