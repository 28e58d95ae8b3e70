import { describe, expect, it } from "vitest";

import { atWall, dateText, daysBetween, midnight, ofDateText, offsetOf, wallOf, weekday } from "./zone";
import { HOUR } from "./spans";

const BERLIN = "Europe/Berlin";
const utc = (text: string): number => Date.parse(text);

describe("a wall clock", () => {
  it("shows what it shows there, not here", () => {
    expect(wallOf(utc("2026-06-30T23:30:00Z"), BERLIN)).toEqual({
      year: 2026,
      month: 7,
      day: 1,
      hour: 1,
      minute: 30,
    });
    expect(offsetOf(utc("2026-06-30T23:30:00.250Z"), "Asia/Kathmandu")).toBe(5.75 * HOUR);
  });

  it("shows an hour twice in autumn: the first counts", () => {
    const at = atWall({ year: 2026, month: 10, day: 25, hour: 2, minute: 30 }, BERLIN);
    expect(at).toBe(utc("2026-10-25T00:30:00Z"));
  });

  it("skips an hour in spring: the end of the gap counts", () => {
    const at = atWall({ year: 2026, month: 3, day: 29, hour: 2, minute: 30 }, BERLIN);
    expect(at).toBe(utc("2026-03-29T01:00:00Z"));
  });

  it("has a first moment of a day where midnight is skipped", () => {
    // Beirut, 2026-03-29: from 0:00 to 1:00.
    const at = ofDateText("2026-03-29", "Asia/Beirut");
    expect(at).toBe(utc("2026-03-28T22:00:00Z"));
    expect(wallOf(at ?? 0, "Asia/Beirut").hour).toBe(1);
  });
});

describe("days", () => {
  it("have 23 and 25 hours when the clocks change", () => {
    const spring = utc("2026-03-29T10:00:00Z");
    const autumn = utc("2026-10-25T10:00:00Z");
    expect(midnight(spring, BERLIN, 1) - midnight(spring, BERLIN)).toBe(23 * HOUR);
    expect(midnight(autumn, BERLIN, 1) - midnight(autumn, BERLIN)).toBe(25 * HOUR);
  });

  it("are counted by the calendar", () => {
    const from = ofDateText("2026-10-20", BERLIN) ?? 0;
    expect(daysBetween(from, ofDateText("2026-11-03", BERLIN) ?? 0, BERLIN)).toBe(14);
    expect(dateText(midnight(from, BERLIN, 30), BERLIN)).toBe("2026-11-19");
  });

  it("that are none are refused", () => {
    expect(ofDateText("2026-02-30", BERLIN)).toBeNull();
    expect(ofDateText("yesterday", BERLIN)).toBeNull();
  });

  it("have names from Monday on", () => {
    expect(weekday(utc("2026-11-23T12:00:00Z"), BERLIN)).toBe(1);
    expect(weekday(utc("2026-11-22T22:00:00Z"), BERLIN)).toBe(7);
  });
});
