import { describe, expect, it } from "vitest";

import { address, fromQuery, PLAIN, toQuery, viewOf, type Wanted } from "./wanted";

describe("the address", () => {
  it("is short where nothing is chosen", () => {
    expect(address("counts", PLAIN)).toBe("/insights/counts");
    expect(fromQuery("")).toEqual(PLAIN);
  });

  it("says all that is chosen, and is read again", () => {
    const wanted: Wanted = {
      preset: "custom",
      from: "2026-10-24",
      to: "2026-10-26",
      step: "quarter",
      against: "2025-10-24",
      camera: "back yard",
      rules: ["gate", "a&b"],
      plan: "ground",
      ways: "journeys",
    };
    expect(fromQuery(toQuery(wanted))).toEqual(wanted);
  });

  it("is read with care", () => {
    const read = fromQuery("range=forever&from=2026&step=second&against=never&rule=&ways=x");
    expect(read).toEqual(PLAIN);
  });

  it("names a view", () => {
    expect(viewOf("/insights/heat")).toBe("heat");
    expect(viewOf("/insights")).toBe("counts");
    expect(viewOf("/insights/none")).toBe("counts");
  });
});
