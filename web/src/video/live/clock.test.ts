import { describe, expect, it } from "vitest";

import { Clock } from "./clock";

/** A clock that heard pictures at 10 a second for 3 s, each as late as `late` says. */
function heard(late: (n: number) => number): Clock {
  const clock = new Clock();
  for (let n = 0; n < 30; n += 1) clock.arrived(n / 10, n / 10 + late(n));
  return clock;
}

describe("Clock", () => {
  it("stays just behind the newest picture of a calm network", () => {
    expect(heard(() => 0.1).wanted(3)).toBeCloseTo(3 - 0.1 - 0.04);
  });

  it("waits for the latest picture of late", () => {
    expect(heard((n) => (n === 20 ? 0.4 : 0.1)).wanted(3)).toBeCloseTo(3 - 0.4 - 0.04);
  });

  it("does not wait for a picture that is far too late", () => {
    expect(heard((n) => (n === 20 ? 3 : 0.1)).wanted(3)).toBeCloseTo(3 - 0.9 - 0.04);
  });

  it("hurries a little, or jumps", () => {
    const clock = heard(() => 0.1);
    const best = clock.wanted(3);
    expect(clock.rate(best, 3)).toBe(1);
    expect(clock.rate(best - 0.3, 3)).toBeCloseTo(1.18);
    expect(clock.rate(best + 0.9, 3)).toBeCloseTo(0.8);
    expect(clock.rate(best - 2, 3)).toBeNull();
  });

  it("forgets another clock's delays", () => {
    const clock = heard(() => 0.1);
    clock.arrived(1000, 3);
    expect(clock.wanted(3)).toBeCloseTo(1000 - 0.04);
  });
});
