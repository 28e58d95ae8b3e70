import { describe, expect, it } from "vitest";

import { HOUR } from "$lib/time/spans";
import { ofDateText } from "$lib/time/zone";

import { clockOf, closed, type Hours, isOpen, minutesOf, read, USUAL } from "./opening";

const BERLIN = "Europe/Berlin";
const at = (date: string, hour: number): number => (ofDateText(date, BERLIN) ?? 0) + hour * HOUR;

describe("isOpen", () => {
  it("goes by the weekday and the clock", () => {
    expect(isOpen(at("2026-11-23", 8), USUAL, BERLIN)).toBe(true); // Monday
    expect(isOpen(at("2026-11-23", 7.99), USUAL, BERLIN)).toBe(false);
    expect(isOpen(at("2026-11-23", 18), USUAL, BERLIN)).toBe(false);
    expect(isOpen(at("2026-11-22", 10), USUAL, BERLIN)).toBe(false); // Sunday
  });

  it("goes over midnight", () => {
    const bar: Hours[] = [null, null, null, null, [20 * 60, 3 * 60], null, null]; // Friday
    expect(isOpen(at("2026-11-20", 23), bar, BERLIN)).toBe(true);
    expect(isOpen(at("2026-11-21", 2), bar, BERLIN)).toBe(true); // Saturday
    expect(isOpen(at("2026-11-21", 3), bar, BERLIN)).toBe(false);
    expect(isOpen(at("2026-11-20", 2), bar, BERLIN)).toBe(false);
  });

  it("is always where nobody has said", () => {
    expect(isOpen(0, null, BERLIN)).toBe(true);
  });
});

describe("closed", () => {
  it("is by the wall's clock on a day whose clocks change", () => {
    const always: Hours[] = Array.from({ length: 7 }, () => [8 * 60, 18 * 60] as const);
    const from = at("2026-10-25", 0);
    const edges = Array.from({ length: 26 }, (_, place) => from + place * HOUR);
    const open = closed(edges, always, BERLIN).flatMap((is, place) => (is ? [] : [place]));
    expect(open[0]).toBe(9); // 8:00 comes an hour later
    expect(open).toHaveLength(10);
  });

  it("says nothing of days", () => {
    expect(closed([at("2026-11-22", 0), at("2026-11-23", 0)], USUAL, BERLIN)).toEqual([false]);
  });
});

describe("what is kept", () => {
  it("is read again, and nonsense is nothing", () => {
    expect(read(JSON.stringify(USUAL))).toEqual(USUAL);
    expect(read("[1,2]")).toBeNull();
    expect(read("{")).toBeNull();
    expect(read(null)).toBeNull();
    expect(read(JSON.stringify([...Array(6).fill(null), [0, 9999]]))).toBeNull();
  });

  it("has times of day", () => {
    expect(minutesOf("08:30")).toBe(510);
    expect(clockOf(510)).toBe("08:30");
    expect(minutesOf("24:00")).toBeNull();
    expect(minutesOf("")).toBeNull();
  });
});
