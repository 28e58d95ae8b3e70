import { afterEach, describe, expect, it, vi } from "vitest";

import { DAY, HOUR, MINUTE, SECOND } from "$lib/time/spans";

import { type View, viewAround } from "./axis";
import { ticks } from "./ticks";

const noon = new Date(2026, 5, 10, 12).getTime();
const gaps = (view: View, width: number): number[] => {
  const said = ticks(view, width).filter((tick) => tick.kind !== "minor");
  return said.slice(1).map((tick, n) => tick.at - (said[n]?.at ?? 0));
};

afterEach(() => vi.unstubAllEnvs());

describe("ticks", () => {
  it.each([
    [MINUTE, 1200, 5 * SECOND],
    [MINUTE, 320, 15 * SECOND],
    [HOUR, 1200, 5 * MINUTE],
    [HOUR, 320, 15 * MINUTE],
    [DAY, 1200, 2 * HOUR],
    [DAY, 320, 6 * HOUR],
  ])("of %i ms in %i px are %i ms apart, with room for their times", (span, width, step) => {
    const apart = gaps(viewAround(noon, span), width);
    expect(apart.length).toBeGreaterThan(0);
    expect(new Set(apart)).toEqual(new Set([step]));
    expect((step / span) * width).toBeGreaterThanOrEqual(80);
  });

  it("lie within the view, and say the day at midnight", () => {
    const midnight = new Date(2026, 5, 11).getTime();
    const view = viewAround(midnight, 6 * HOUR);
    const found = ticks(view, 900);
    expect(found.every(({ x }) => x >= 0 && x <= 900)).toBe(true);
    expect(found.filter(({ kind }) => kind === "midnight").map(({ at }) => at)).toEqual([midnight]);
  });

  it("are those of the clock on the wall on days of 23 and 25 hours", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    for (const [month, day] of [
      [2, 29],
      [9, 25],
    ] as const) {
      // prettier-ignore
      const view = viewAround(new Date(2026, month, day, 12).getTime(), DAY);
      const hours = ticks(view, 1200).filter(({ kind }) => kind !== "minor").map(({ at }) => new Date(at).getHours()); // prettier-ignore
      expect(hours.every((hour) => hour % 2 === 0)).toBe(true);
      expect(hours.length).toBeGreaterThan(10);
    }
  });
});
