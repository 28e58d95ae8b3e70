import { expect, test } from "vitest";

import { bytes, percent } from "$lib/text/amounts";

import { slices, toneOf, type Volume } from "./storage";

const VOLUME: Volume = {
  path: "/disk",
  identity: "a",
  present: true,
  in_settings: true,
  capacity: 1000,
  free: 300,
  reserve: 100,
  bytes: 500,
  per_day: 10,
  oldest: null,
  outcome: "held",
  full_in_days: null,
  settles_in_days: null,
  settles_at: null,
  keeps_days: null,
  sentence: "",
  cameras: [],
};
const parts = (volume: Volume): number[] => slices(volume).map((slice) => slice.bytes);

test("the parts of a disk are the whole disk", () => {
  expect(parts(VOLUME)).toEqual([500, 200, 200, 100]);
  expect(slices(VOLUME).reduce((sum, slice) => sum + slice.share, 0)).toBeCloseTo(1);
});

test("never more than there is: files with holes, a reserve that is eaten into", () => {
  expect(parts({ ...VOLUME, bytes: 900 })).toEqual([700, 0, 200, 100]);
  expect(parts({ ...VOLUME, free: 40 })).toEqual([500, 460, 0, 40]);
  expect(parts({ ...VOLUME, present: false, capacity: null, free: null })).toEqual([]);
});

test("a disk that is full by design is no fault, a lost one is", () => {
  expect(toneOf({ ...VOLUME, outcome: "full" })).toBe("wait");
  expect(toneOf({ ...VOLUME, present: false, outcome: "missing" })).toBe("bad");
  expect(toneOf({ ...VOLUME, present: false, in_settings: false, outcome: "missing" })).toBe("plain");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [999.7e3, "1 MB"],
  [1_234_000, "1.2 MB"],
  [270_553_174_016, "271 GB"],
  [8e15, "8 PB"],
  [2e19, "20,000 PB"],
])("%d bytes", (count, says) => expect(bytes(count)).toBe(says));

test("shares", () => {
  expect([0, 0.0031, 0.0994, 0.5, 1.2].map(percent)).toEqual(["0 %", "0.3 %", "9.9 %", "50 %", "120 %"]);
});
