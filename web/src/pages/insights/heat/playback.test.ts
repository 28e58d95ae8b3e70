import { describe, expect, it } from "vitest";

import { HOUR } from "$lib/time/spans";

import { spanOf } from "../range";
import { begun, type Hours, hoursIn, moved, next, spanOfHours } from "./playback";

describe("hours", () => {
  it("are as many as the days had", () => {
    const autumn = spanOf("custom", "2026-10-25", "", 0, "Europe/Berlin");
    const spring = spanOf("custom", "2026-03-29", "", 0, "Europe/Berlin");
    expect([hoursIn(autumn), hoursIn(spring)]).toEqual([25, 23]);
    expect(spanOfHours(autumn, { from: 0, to: 25 })).toEqual(autumn);
    expect(spanOfHours(spring, { from: 2, to: 3 }).from).toBe(spring.from + 2 * HOUR);
  });

  it("stay an hour apart and within", () => {
    expect(moved({ from: 3, to: 5 }, "from", 8, 24)).toEqual({ from: 8, to: 9 });
    expect(moved({ from: 3, to: 5 }, "to", 1, 24)).toEqual({ from: 0, to: 1 });
    expect(moved({ from: 3, to: 5 }, "from", 99, 24)).toEqual({ from: 23, to: 24 });
    expect(moved({ from: 3, to: 5 }, "to", -4, 24)).toEqual({ from: 0, to: 1 });
  });
});

describe("playback", () => {
  it("goes through a day hour by hour and ends", () => {
    let hours: Hours | null = begun({ from: 0, to: 24 }, 24);
    const seen = [];
    while (hours) {
      seen.push(hours.from);
      hours = next(hours, 24);
    }
    expect(seen).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
  });

  it("goes through a month day by day, to its end", () => {
    const first = begun({ from: 0, to: 720 }, 720);
    expect(first).toEqual({ from: 0, to: 24 });
    expect(next(first, 720)).toEqual({ from: 24, to: 48 });
    expect(next({ from: 696, to: 719 }, 719)).toBeNull();
    expect(next({ from: 672, to: 696 }, 719)).toEqual({ from: 696, to: 719 });
  });

  it("goes on from what was chosen, and begins anew at the end", () => {
    expect(begun({ from: 8, to: 10 }, 24)).toEqual({ from: 8, to: 10 });
    expect(begun({ from: 22, to: 24 }, 24)).toEqual({ from: 0, to: 2 });
  });
});
