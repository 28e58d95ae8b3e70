import { expect, test } from "vitest";

import { asked, fromQuery, toQuery, withDays } from "./logs";

const ALL = { level: "info", process: "", text: "", day: "" } as const;

test("what is chosen is in the address, and comes back from it", () => {
  expect(toQuery(ALL)).toBe("");
  const chosen = { level: "error", process: "analyser-0", text: "a & b", day: "2026-06-03" } as const;
  expect(fromQuery(toQuery(chosen))).toEqual(chosen);
  expect(fromQuery("level=loud&day=yesterday")).toEqual(ALL);
});

test("a day is one of the site's clock, also where it has 23 hours", () => {
  const day = { ...ALL, day: "2026-03-29" };
  expect(asked(day, "Europe/Berlin")).toEqual({
    level: "info",
    from: "2026-03-28T23:00:00.000Z",
    to: "2026-03-29T22:00:00.000Z",
  });
  expect(asked({ ...ALL, text: "  ", process: "web" }, "UTC")).toEqual({ level: "info", process: "web" });
});

test("the day is said where it changes", () => {
  const lines = ["2026-06-03T22:30:00Z", "2026-06-03T21:30:00Z", "2026-06-03T21:00:00Z"];
  const rows = withDays(
    lines.map((time) => ({ time })),
    "Europe/Berlin",
  );
  expect(rows.map((row) => row.day)).toEqual(["2026-06-04", "2026-06-03", null]);
});
