import { describe, expect, it } from "vitest";

import { colourOf, COLOURS, legendOf, stepOf, stepsUpTo } from "./scale";

/** Relative luminance, as in WCAG. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe("colours", () => {
  it("are told apart without seeing colour: each is lighter than the one before", () => {
    const light = COLOURS.map(luminance);
    for (const [place, one] of light.slice(1).entries())
      expect((one + 0.05) / ((light[place] ?? 0) + 0.05)).toBeGreaterThan(1.25);
  });
});

describe("steps", () => {
  it("are round durations up to the most", () => {
    expect(stepsUpTo(700)).toEqual([20, 30, 60, 120, 300, 600]);
    expect(stepsUpTo(1.2)).toEqual([0.1, 0.2, 0.5, 1]);
    expect(stepsUpTo(0.01)).toEqual([0.005]);
    expect(stepsUpTo(0)).toEqual([]);
    expect(stepsUpTo(NaN)).toEqual([]);
  });

  it("hold what is between them", () => {
    const steps = stepsUpTo(700);
    expect(stepOf(19.9, steps)).toBe(-1);
    expect(stepOf(20, steps)).toBe(0);
    expect(stepOf(10_000, steps)).toBe(5);
  });

  it("have the lightest colour at the top, and a legend from there down", () => {
    const steps = stepsUpTo(1.2);
    expect(colourOf(3, steps)).toBe(COLOURS.at(-1));
    expect(legendOf(steps)[0]).toEqual({ colour: COLOURS.at(-1), from: 1, to: null });
    expect(legendOf(steps)).toHaveLength(4);
  });
});
