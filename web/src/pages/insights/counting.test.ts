import { describe, expect, it } from "vitest";

import { HOUR } from "$lib/time/spans";

import { beside, type Counted, type Counts, countsOf, totalsBeside, totalsOf } from "./counting";
import { spanOf } from "./range";

const gate: Counted = {
  camera: "yard",
  rule: "gate",
  ins: [1, 5, 2, 0],
  outs: [0, 4, 1, 0],
  inside: [1, 2, 3, 3],
};
const edges = [0, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR];

describe("totalsOf", () => {
  it("sums what has begun", () => {
    expect(totalsOf(gate, edges, 10 * HOUR, [])).toEqual({ in: 8, out: 5, inside: 3, busiest: 1, open: 13 });
    expect(totalsOf(gate, edges, HOUR, [])).toEqual({ in: 6, out: 4, inside: 2, busiest: 1, open: 10 });
  });

  it("knows what came in open hours, and when nothing did", () => {
    expect(totalsOf(gate, edges, 10 * HOUR, [true, false, true, true]).open).toBe(9);
    const nothing = { ...gate, ins: [0, 0, 0, 0], outs: [0, 0, 0, 0], inside: [null, null, null, null] };
    expect(totalsOf(nothing, edges, 10 * HOUR, [])).toMatchObject({ busiest: -1, inside: null });
  });
});

describe("countsOf", () => {
  it("reads what the API says", () => {
    const told = { camera: "yard", rule: "gate", in: [1], out: [2], inside: [null] };
    const counts = countsOf({ buckets: ["1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"], counts: [told] });
    expect(counts.edges).toEqual([0, HOUR]);
    expect(counts.counted[0]).toMatchObject({ ins: [1], outs: [2] });
  });
});

describe("beside", () => {
  const zone = "Europe/Berlin";
  const counts = (date: string, hours: number, value: (hour: number) => number): Counts => {
    const { from } = spanOf("custom", date, date, 0, zone);
    const numbers = Array.from({ length: hours }, (_, hour) => value(hour));
    return {
      edges: Array.from({ length: hours + 1 }, (_, hour) => from + hour * HOUR),
      counted: [{ ...gate, ins: numbers, outs: numbers, inside: [] }],
    };
  };
  const spans = [
    spanOf("custom", "2026-03-30", "", 0, zone),
    spanOf("custom", "2026-03-29", "", 0, zone),
  ] as const;

  it("sets the same time of day beside, where clocks changed", () => {
    const now = counts("2026-03-30", 24, (hour) => hour);
    const then = counts("2026-03-29", 23, (hour) => (hour < 2 ? hour : hour + 1)); // by the wall's clock
    const was = beside(now, then, spans, "hour", zone).get("yard gate");
    expect(was?.ins).toEqual(now.counted[0]?.ins.map((value) => (value === 2 ? null : value)));
    expect(totalsBeside(was ?? { ins: [], outs: [] }, now.edges, spans[0].from + 3.5 * HOUR).in).toBe(
      0 + 1 + 3,
    );
  });

  it("has nothing counted where the rule was not there yet", () => {
    const now = counts("2026-03-30", 24, () => 1);
    const then = { ...counts("2026-03-29", 23, () => 1), counted: [] };
    const was = beside(now, then, spans, "hour", zone).get("yard gate");
    expect(new Set(was?.ins)).toEqual(new Set([0, null]));
  });
});
