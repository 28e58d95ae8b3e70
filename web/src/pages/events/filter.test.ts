import { describe, expect, it } from "vitest";

import type { CameraEvent } from "$lib/api/types";
import { LISTED } from "$lib/scene/told";

import { ANY, asked, belongs, type Filter, fromQuery, toQuery } from "./filter";

const CROSSED = LISTED[0] as CameraEvent["kind"];
const event: CameraEvent = {
  acknowledged: null,
  acknowledged_by: null,
  armed: true,
  box: null,
  camera: "yard",
  class: "person",
  details: {},
  direction: "a_to_b",
  duration: null,
  id: "1",
  kind: CROSSED,
  note: null,
  noticed: "2026-06-03T10:00:01Z",
  phase: "instant",
  rule: "gate",
  score: 0.9,
  seq: 1,
  time: "2026-06-03T10:00:00Z",
  track: 7,
};

describe("the address", () => {
  it("says all that is chosen, and nothing else", () => {
    const filter: Filter = {
      ...ANY,
      camera: "front door",
      direction: "b_to_a",
      day: "2026-06-03",
      seen: "open",
    };
    expect(fromQuery(toQuery(filter))).toEqual(filter);
    expect(toQuery(ANY)).toBe("");
  });

  it("is not believed", () => {
    expect(fromQuery("direction=up&day=yesterday&seen=maybe&kind=x")).toEqual(ANY);
  });
});

describe("asked", () => {
  it("is a whole day, by the clock on the wall", () => {
    const { from, to } = asked({ ...ANY, day: "2026-06-03" }) as { from: string; to: string };
    expect(new Date(from).getHours()).toBe(0);
    expect(new Date(to).getHours()).toBe(0);
    expect(Date.parse(to) - Date.parse(from)).toBe(86_400_000);
  });

  it("asks for what is worth telling", () => {
    expect(asked(ANY)).toEqual({ kind: LISTED });
    expect(asked({ ...ANY, seen: "done" }).acknowledged).toBe(true);
  });
});

describe("belongs", () => {
  it.each([
    [{}, true],
    [
      { camera: "yard", rule: "gate", class: "person", direction: "a_to_b", seen: "open", kind: CROSSED },
      true,
    ],
    [{ camera: "door" }, false],
    [{ rule: "other" }, false],
    [{ class: "car" }, false],
    [{ direction: "b_to_a" }, false],
    [{ seen: "done" }, false],
    [{ day: "2020-01-01" }, false],
  ])("%o: %s", (changes, expected) => {
    expect(belongs(event, { ...ANY, ...(changes as Partial<Filter>) })).toBe(expected);
  });
});
