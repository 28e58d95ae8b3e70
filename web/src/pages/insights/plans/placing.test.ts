import { describe, expect, it } from "vitest";

import type { Point } from "$lib/scene/rules";

import { FIRST, gridOn, nameFor, type Pair, projected, projection, shifted, wrongWith } from "./placing";

const swapped = (one: number, other: number): Pair[] => {
  const pairs = FIRST.map((pair) => ({ ...pair }));
  const [first, second] = [FIRST[one], FIRST[other]];
  if (first && second) [(pairs[one] as Pair).plan, (pairs[other] as Pair).plan] = [second.plan, first.plan];
  return pairs;
};

describe("projection", () => {
  it("takes each point where it was put", () => {
    const matrix = projection(FIRST) ?? [];
    for (const { picture, plan } of FIRST) {
      const [x, y] = projected(matrix, picture);
      expect(x).toBeCloseTo(plan[0]);
      expect(y).toBeCloseTo(plan[1]);
    }
  });

  it("makes lines of lines: what lies between stays between", () => {
    const matrix = projection(FIRST) ?? [];
    expect(projected(matrix, [0.5, 0.5])[0]).toBeCloseTo(0.5);
    expect(projected(matrix, [0.5, 0.6])[0]).toBeCloseTo(0.5);
    expect(projected(matrix, [0.5, 0.7])[1]).toBeGreaterThan(0.5); // far is denser in the picture
  });

  it("is fitted to more points", () => {
    const exact = projection(FIRST) ?? [];
    const more = [...FIRST, { picture: [0.5, 0.6] as Point, plan: projected(exact, [0.5, 0.6]) }];
    projection(more)?.forEach((value, place) => expect(value).toBeCloseTo(exact[place] ?? NaN, 5));
  });

  it("is none of points on a line", () => {
    const line = FIRST.map((pair, place) => ({ ...pair, picture: [place / 4, 0.5] as Point }));
    expect(projection(line)).toBeNull();
  });
});

describe("wrongWith", () => {
  it("finds nothing at the start, nor in a plan that is turned or mirrored", () => {
    expect(wrongWith(FIRST)).toBeNull();
    expect(
      wrongWith(FIRST.map(({ picture, plan: [x, y] }) => ({ picture, plan: [1 - x, 1 - y] }))),
    ).toBeNull();
    expect(wrongWith(FIRST.map(({ picture, plan: [x, y] }) => ({ picture, plan: [1 - x, y] })))).toBeNull();
  });

  it("finds points on a line, and another order", () => {
    const flat = FIRST.map((pair, place) =>
      place === 1 ? { ...pair, plan: FIRST[0]?.plan as Point } : pair,
    );
    expect(wrongWith(flat)).toBe("line");
    expect(wrongWith(swapped(1, 2))).toBe("folded");
  });
});

describe("the rest", () => {
  it("draws a grid both ways", () => {
    expect(gridOn(projection(FIRST) ?? [], FIRST, 4)).toHaveLength(10);
  });

  it("keeps points within", () => {
    expect(shifted([0.99, 0], 0.02, -0.01)).toEqual([1, 0]);
  });

  it("makes names for addresses", () => {
    expect(nameFor(" Erdgeschoß Süd! ")).toBe("erdgescho-sud");
    expect(nameFor("…")).toBe("");
  });
});
