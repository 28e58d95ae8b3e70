import { describe, expect, it } from "vitest";

import { DAY, HOUR } from "$lib/time/spans";

import { daysOf, lastDate, shifted, spanOf, stepFor, stepsFor } from "./range";

const BERLIN = "Europe/Berlin";
const utc = (text: string): number => Date.parse(text);
const NOON = utc("2026-11-23T11:00:00Z");

describe("spans", () => {
  it("begin and end at midnight of the site's clock", () => {
    expect(spanOf("today", "", "", NOON, BERLIN)).toEqual({
      from: utc("2026-11-22T23:00:00Z"),
      to: utc("2026-11-23T23:00:00Z"),
    });
    expect(spanOf("today", "", "", NOON, "Pacific/Auckland").from).toBe(utc("2026-11-23T11:00:00Z"));
  });

  it.each([
    ["today", 1],
    ["yesterday", 1],
    ["7d", 7],
    ["30d", 30],
  ] as const)("%s are %i days, also across a change of the clocks", (preset, days) => {
    const now = utc("2026-10-26T08:00:00Z");
    expect(daysOf(spanOf(preset, "", "", now, BERLIN), BERLIN)).toBe(days);
  });

  it("have the hours that their days had", () => {
    const now = utc("2026-10-26T08:00:00Z");
    const { from, to } = spanOf("yesterday", "", "", now, BERLIN);
    expect(to - from).toBe(25 * HOUR);
  });

  it("are chosen by first and last day, in any order", () => {
    const chosen = spanOf("custom", "2026-03-30", "2026-03-28", NOON, BERLIN);
    expect(chosen).toEqual(spanOf("custom", "2026-03-28", "2026-03-30", NOON, BERLIN));
    expect(chosen.to - chosen.from).toBe(3 * DAY - HOUR);
    expect(lastDate(chosen, BERLIN)).toBe("2026-03-30");
  });

  it("are today where no day is named, and never longer than ten years", () => {
    expect(spanOf("custom", "", "nonsense", NOON, BERLIN)).toEqual(spanOf("today", "", "", NOON, BERLIN));
    expect(daysOf(spanOf("custom", "1990-01-01", "2026-01-01", NOON, BERLIN), BERLIN)).toBe(3660);
  });

  it("shift by the calendar, not by hours", () => {
    const monday = spanOf("custom", "2026-10-26", "2026-10-26", NOON, BERLIN);
    expect(shifted(monday, 1, BERLIN)).toEqual(spanOf("custom", "2026-10-25", "2026-10-25", NOON, BERLIN));
    expect(shifted(monday, 7, BERLIN)).toEqual(spanOf("custom", "2026-10-19", "2026-10-19", NOON, BERLIN));
  });
});

describe("steps", () => {
  const last = (days: number) => ({ from: NOON - days * DAY, to: NOON });

  it("are those that make a picture", () => {
    expect(stepsFor(last(1))).toEqual(["minute", "quarter", "hour", "day"]);
    expect(stepsFor(last(30))).toEqual(["hour", "day", "week", "month"]);
    expect(stepsFor(last(365))).toEqual(["day", "week", "month"]);
  });

  it("are the wanted one where it fits, else a usual one", () => {
    expect(stepFor(last(1), "minute")).toBe("minute");
    expect(stepFor(last(30), "minute")).toBe("day");
    expect(stepFor(last(1), null)).toBe("hour");
    expect(stepFor(last(2000), null)).toBe("month");
  });

  it("exist for a day of 23 hours too", () => {
    expect(stepsFor({ from: NOON, to: NOON + 23 * HOUR })).toContain("day");
  });
});
