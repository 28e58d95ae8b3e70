import { describe, expect, it } from "vitest";

import type { Rule } from "$lib/scene/rules";
import { DAY, HOUR, startOfDay } from "$lib/time/spans";

import { asked, compared, joined, progress, run, type RuleTried, spanOf, type Trial } from "./trial";

const gate: Rule = { id: "gate", type: "line_crossing", direction: "any" };
const hall: Rule = { id: "hall", type: "counter", lines: [{ line: "gate", in: "a_to_b" }] };
const tried = (rule: string, counts: Record<string, number>): RuleTried => ({
  rule,
  type: "line_crossing",
  counts,
  total: 0,
  events: [],
  occupancy: null,
  dwell: null,
  flows: null,
  presence_s: null,
});
const T = (s: number): string => new Date(1_800_000_000_000 + s * 1000).toISOString();
const part = (from: number, until: number, to: number, n: number): Trial => ({
  from: T(from),
  to: T(to),
  until: T(until),
  done: until === to,
  seen: (until - from) / (to - from),
  stretches: [],
  looks: 10,
  took_s: 1,
  rules: [tried("gate", { a_to_b: n })],
  tracks: [],
});

describe("spanOf", () => {
  const now = startOfDay(Date.now()) + 9 * HOUR;

  it("is the last hour, today so far, all of yesterday", () => {
    expect(spanOf("hour", now)).toEqual({ from: now - HOUR, to: now });
    expect(spanOf("today", now).from).toBe(startOfDay(now));
    const { from, to } = spanOf("yesterday", now);
    expect(to).toBe(startOfDay(now));
    expect(to - from).toBeLessThanOrEqual(DAY);
    expect(from).toBe(startOfDay(to - 1));
  });
});

describe("asked and compared", () => {
  it("asks for the new ones alone where nothing was changed", () => {
    expect(asked([gate, hall], [gate, hall])).toEqual([gate, hall]);
  });

  it("asks for a changed rule as it is saved, under another name, and for what counts by it", () => {
    const now = [{ ...gate, direction: "a_to_b" as const }, hall];
    const rules = asked(now, [gate, hall]);
    expect(rules.slice(2)).toEqual([
      { ...gate, id: "saved-0" },
      { ...hall, id: "saved-1", lines: [{ line: "saved-0", in: "a_to_b" }] },
    ]);
  });

  it("tells both beside each other", () => {
    const fresh: Rule = { id: "new", type: "line_crossing" };
    const now = [{ ...gate, direction: "a_to_b" as const }, fresh];
    const trial = { ...part(0, 10, 10, 0) };
    trial.rules = [tried("gate", { a_to_b: 2 }), tried("new", {}), tried("saved-0", { a_to_b: 3 })];
    const [first, second] = compared(trial, now, [gate]);
    expect(first?.before?.counts).toEqual({ a_to_b: 3 });
    expect(second).toMatchObject({ isNew: true, before: null });
  });
});

describe("a trial in parts", () => {
  it("goes on where it stopped, and adds up", async () => {
    const asks: string[] = [];
    const told: Trial[] = [];
    const ask = (from: string): Promise<Trial> => {
      asks.push(from);
      return Promise.resolve(asks.length === 1 ? part(0, 40, 100, 3) : part(40, 100, 100, 4));
    };
    const from = Date.parse(T(0));
    await run(ask, from, Date.parse(T(100)), (one) => told.push(one), new AbortController().signal);
    expect(asks).toEqual([T(0), T(40)]);
    expect(told.map((one) => progress(one, from, Date.parse(T(100))))).toEqual([0.4, 1]);
    expect(told[1]?.rules[0]?.counts).toEqual({ a_to_b: 7 });
    expect(told[1]?.seen).toBeCloseTo(1);
  });

  it("ends when it gets no farther, or when it is stopped", async () => {
    let asks = 0;
    const ask = (): Promise<Trial> => {
      asks += 1;
      return Promise.resolve(part(0, 0, 100, 0));
    };
    const stopped = new AbortController();
    await run(ask, Date.parse(T(0)), Date.parse(T(100)), () => undefined, stopped.signal);
    expect(asks).toBe(1);
    stopped.abort();
    await run(ask, Date.parse(T(0)), Date.parse(T(100)), () => undefined, stopped.signal);
    expect(asks).toBe(1);
  });

  it("weighs what is averaged by its time", () => {
    const [a, b] = [part(0, 10, 20, 0), part(10, 20, 20, 0)];
    a.rules[0] = { ...tried("gate", {}), occupancy: { mean: 2, most: 3, seconds: 10 } };
    b.rules[0] = { ...tried("gate", {}), occupancy: { mean: 4, most: 5, seconds: 30 } };
    expect(joined(a, b).rules[0]?.occupancy).toEqual({ mean: 3.5, most: 5, seconds: 40 });
  });
});
