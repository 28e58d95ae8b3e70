import { describe, expect, it } from "vitest";

import { DAY, lasting, startOfDay } from "./spans";

describe("lasting", () => {
  it.each([
    [0, "0 s"],
    [3.4, "3 s"],
    [59.6, "1 min"],
    [250, "4 min 10 s"],
    [3600, "1 h"],
    [3605, "1 h"],
    [7500, "2 h 5 min"],
    [273_600, "3 d 4 h"],
    [-5, "0 s"],
  ])("says %s seconds as %s", (seconds, said) => {
    expect(lasting(seconds)).toBe(said);
  });
});

describe("startOfDay", () => {
  it("is midnight of the same day, whatever the hour", () => {
    const at = new Date(2026, 5, 3, 23, 59, 59).getTime();
    expect(new Date(startOfDay(at)).getDate()).toBe(3);
    expect(at - startOfDay(at)).toBeLessThan(DAY);
  });
});
