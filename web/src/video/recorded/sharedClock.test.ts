import { describe, expect, it } from "vitest";

import { nextRate, SharedClock } from "./sharedClock";

describe("the shared clock", () => {
  it("stands until it plays, and runs at its rate", () => {
    const clock = new SharedClock(1000);
    expect(clock.at(50)).toBe(1000);
    clock.play(100);
    expect(clock.at(350)).toBe(1250);
    clock.setRate(4, 350);
    expect(clock.at(450)).toBe(1650);
    clock.pause(450);
    expect(clock.at(9999)).toBe(1650);
  });

  it("stands while somebody waits for pictures, and then goes on from there", () => {
    const clock = new SharedClock(0);
    clock.play(0);
    clock.hold(100);
    expect(clock.at(500)).toBe(100);
    expect(clock.isHeld).toBe(true);
    clock.hold(500);
    clock.go(600);
    expect(clock.at(650)).toBe(150);
    expect(clock.isPlaying).toBe(true);
  });

  it("goes where it is sent, playing or not", () => {
    const clock = new SharedClock(0);
    clock.setRate(2, 0);
    clock.play(0);
    clock.seek(5000, 1000);
    expect(clock.at(1100)).toBe(5200);
    clock.pause(1100);
    clock.seek(70, 1200);
    expect(clock.at(1300)).toBe(70);
  });

  it("knows faster and slower, and where they end", () => {
    expect(nextRate(1, 1)).toBe(2);
    expect(nextRate(1, -1)).toBe(0.5);
    expect(nextRate(0.5, -1)).toBe(0.5);
    expect(nextRate(16, 1)).toBe(16);
  });
});
