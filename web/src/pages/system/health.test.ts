import { expect, test } from "vitest";

import type { Camera } from "$lib/api/types";

import { figuresOf, short } from "./health";

const of = (analysis: Record<string, unknown> | null, enabled = true): [string, string][] =>
  figuresOf({ enabled, state: { recording: [], analysis } } as unknown as Camera);

test("figures of a camera that is looked at, and of one that sleeps", () => {
  const awake = { got_fps: 6.98, lag_s: 0.105, tracks: 6, gate: { state: "awake", share_asleep: 0.25 } };
  expect(of(awake)).toEqual([
    ["Looked at", "7 pictures/s"],
    ["Understood after", "0.1 s"],
    ["Tracked now", "6"],
    ["Slept", "25 %"],
  ]);
  expect(of({ got_fps: 0, gate: { state: "asleep, holding" } })).toEqual([["Looked at", "asleep"]]);
});

test("nobody looks: no figures", () => {
  expect(of(null)).toEqual([]);
  expect(of({ got_fps: 7 }, false)).toEqual([]);
  expect(of({})).toEqual([]);
});

test("seconds", () => expect([0.04, 9.9, 75].map(short)).toEqual(["0 s", "9.9 s", "1 min 15 s"]));
