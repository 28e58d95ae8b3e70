import { describe, expect, it } from "vitest";

import { DAY, HOUR, MINUTE } from "$lib/time/spans";

import { bounded, following, keyStep, panned, pinched, showing, spanOf, timeOf, type View, viewAround, windowFor, xOf, zoomed } from "./axis"; // prettier-ignore

const view: View = { from: 10 * HOUR, to: 11 * HOUR };

describe("the axis", () => {
  it("says where a moment is, and which moment is there", () => {
    expect(xOf(view, 600, 10.5 * HOUR)).toBe(300);
    expect(timeOf(view, 600, 300)).toBe(10.5 * HOUR);
    expect(timeOf(view, 600, xOf(view, 600, 123_456_789))).toBeCloseTo(123_456_789);
  });

  it("zooms about a moment that stays where it is", () => {
    const at = 10.25 * HOUR;
    const closer = zoomed(view, 0.5, at);
    expect(spanOf(closer)).toBe(HOUR / 2);
    expect(xOf(closer, 600, at)).toBeCloseTo(xOf(view, 600, at));
  });

  it("shows a day at most and a minute at least", () => {
    expect(spanOf(zoomed(view, 100, view.from))).toBe(DAY);
    expect(spanOf(zoomed(view, 0.0001, view.from))).toBeCloseTo(MINUTE);
    expect(xOf(zoomed(view, 100, 10.5 * HOUR), 600, 10.5 * HOUR)).toBeCloseTo(300);
  });

  it("keeps under two fingers what was under them", () => {
    const now = pinched(view, 600, [200, 400], [100, 500]);
    expect(spanOf(now)).toBe(HOUR / 2);
    for (const [before, after] of [
      [200, 100],
      [400, 500],
    ] as const) {
      // prettier-ignore
      expect(timeOf(now, 600, after)).toBeCloseTo(timeOf(view, 600, before));
    }
    expect(pinched(view, 600, [200, 400], [260, 460])).toEqual(panned(view, -0.1 * HOUR));
    expect(spanOf(pinched(view, 600, [300, 300], [200, 500]))).toBeGreaterThanOrEqual(MINUTE);
  });

  it("turns on when what plays leaves it", () => {
    expect(following(view, 10.5 * HOUR)).toBe(view);
    const turned = following(view, 10.97 * HOUR);
    expect(xOf(turned, 100, 10.97 * HOUR)).toBeCloseTo(12);
    expect(showing(view, 12 * HOUR)).toEqual({ from: 11.5 * HOUR, to: 12.5 * HOUR });
    expect(showing(view, 10.9 * HOUR)).toBe(view);
  });

  it("does not go far into the future", () => {
    expect(bounded(view, 10.6 * HOUR)).toBe(view);
    expect(bounded(view, 10 * HOUR)).toEqual({ from: 9.5 * HOUR, to: 10.5 * HOUR });
  });

  it("moves by keys in round steps, finer the closer one looks", () => {
    expect(keyStep(viewAround(0, MINUTE))).toBe(1000);
    expect(keyStep(viewAround(0, HOUR))).toBe(60_000);
    expect(keyStep(viewAround(0, DAY))).toBe(900_000);
  });
});

describe("what is asked for", () => {
  it("stays the same until the view leaves it or is much smaller", () => {
    const first = windowFor(view, null);
    expect(first).toEqual({ from: 9 * HOUR, to: 12 * HOUR });
    expect(windowFor(panned(view, HOUR / 2), first)).toBe(first);
    expect(windowFor(panned(view, 2 * HOUR), first)).not.toBe(first);
    expect(windowFor(viewAround(10.5 * HOUR, HOUR / 4), first)).not.toBe(first);
  });
});
