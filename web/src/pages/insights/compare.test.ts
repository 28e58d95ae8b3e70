import { describe, expect, it } from "vitest";

import { DAY, HOUR } from "$lib/time/spans";

import { change, paired, spanAgainst } from "./compare";
import { type Span, spanOf } from "./range";

const BERLIN = "Europe/Berlin";
const day = (from: string, to = from): Span => spanOf("custom", from, to, 0, BERLIN);
const edges = ({ from, to }: Span, step = HOUR): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, place) => from + place * step);
const hours = (now: Span, then: Span) =>
  paired(edges(now), edges(then), [now.from, then.from], "hour", BERLIN);

describe("spanAgainst", () => {
  it("is as many days just before", () => {
    expect(spanAgainst(day("2026-11-23"), "before", BERLIN)).toEqual(day("2026-11-22"));
    expect(spanAgainst(day("2026-10-23", "2026-10-29"), "before", BERLIN)).toEqual(
      day("2026-10-16", "2026-10-22"),
    );
  });

  it("is a week earlier, or as many days from any other on", () => {
    expect(spanAgainst(day("2026-10-29"), "week", BERLIN)).toEqual(day("2026-10-22"));
    expect(spanAgainst(day("2026-11-01", "2026-11-03"), "2025-03-29", BERLIN)).toEqual(
      day("2025-03-29", "2025-03-31"),
    );
    expect(spanAgainst(day("2026-11-01"), "", BERLIN)).toBeNull();
  });
});

describe("paired", () => {
  it("is one beside the other on usual days", () => {
    const places = hours(day("2026-11-23"), day("2026-11-22"));
    expect(places).toEqual(Array.from({ length: 24 }, (_, place) => place));
  });

  it("has nobody beside the hour that was skipped in spring", () => {
    const places = hours(day("2026-03-30"), day("2026-03-29"));
    expect(places.slice(0, 5)).toEqual([0, 1, -1, 2, 3]); // 2:00 never was
    expect(places).toHaveLength(24);
  });

  it("has the hour that came twice in autumn beside the first alone", () => {
    const places = hours(day("2026-10-25"), day("2026-10-24"));
    expect(places.slice(0, 6)).toEqual([0, 1, 2, -1, 3, 4]);
    expect(hours(day("2026-10-26"), day("2026-10-25")).slice(0, 5)).toEqual([0, 1, 2, 4, 5]);
  });

  it("pairs days, and weeks by their order", () => {
    const now = day("2026-11-01", "2026-11-03");
    const then = day("2026-10-29", "2026-10-31");
    expect(paired(edges(now, DAY), edges(then, DAY), [now.from, then.from], "day", BERLIN)).toEqual([
      0, 1, 2,
    ]);
    expect(paired([0, 1, 2, 3], [0, 1, 2], [0, 0], "week", BERLIN)).toEqual([0, 1, -1]);
  });
});

describe("change", () => {
  it("is a share of what was, and nothing where nothing was", () => {
    expect(change(11, 10)).toBeCloseTo(0.1);
    expect(change(0, 10)).toBe(-1);
    expect(change(3, 0)).toBeNull();
  });
});
