import { expect, test } from "vitest";

import type { Camera } from "$lib/api/types";

import type { Storage, System } from "./site.svelte";
import { troubles, worst } from "./trouble";

const CAMERA: Camera = {
  name: "yard",
  purpose: null,
  enabled: true,
  sound: false,
  streams: [{ name: "main", recorded: true, analysed: true, small: false }],
  rules: [],
  masks: [],
  state: {
    recording: [
      { stream: "main", recording: true, reason: null, sentence: "", since: "2026-11-23T13:00:00Z" },
    ],
    analysis: null,
  },
};
const lost = (reason: string): Camera => ({
  ...CAMERA,
  state: {
    recording: [{ stream: "main", recording: false, reason, sentence: "", since: "2026-11-23T13:00:00Z" }],
    analysis: null,
  },
});
const DISK = { path: "/disk", present: true, in_settings: true, free: 50, reserve: 10 };
const KEPT = { camera: "yard", keeps_days: 9, held_by: "disk", retention_days: 14, retention_size: null };
const stored = (volume: object, kept: object = {}): Storage =>
  ({
    time: "",
    volumes: [{ ...DISK, ...volume }],
    cameras: [{ ...KEPT, held_by: "days", ...kept }],
  }) as Storage;
const process = (alive: boolean, problems: unknown): System => ({
  version: "0",
  processes: [{ process: "recorder", told: "2026-11-23T13:00:00Z", alive, facts: { problems } }],
});

test("a site that does is not said to be wrong", () => {
  const known = { cameras: [CAMERA], storage: stored({}), system: process(true, []) };
  expect(troubles(known)).toEqual([]);
  expect(worst([])).toBeNull();
});

test("a camera that is not recorded is, one that need not be is not", () => {
  const says = "yard is not recorded: camera unreachable.";
  expect(troubles({ cameras: [lost("camera unreachable")] })).toEqual([
    { view: "cameras", tone: "bad", says },
  ]);
  expect(troubles({ cameras: [{ ...lost("x"), enabled: false }] })).toEqual([]);
  const live = { name: "main", recorded: false, analysed: true, small: false };
  expect(troubles({ cameras: [{ ...lost("x"), streams: [live] }] })).toEqual([]);
  const unheard = { ...CAMERA, state: { recording: [], analysis: null } };
  expect(troubles({ cameras: [unheard] })[0]?.tone).toBe("wait");
});

test("a disk: gone, without room, or too small for what was promised; not one that is full by design", () => {
  const of = (storage: Storage): string[] => troubles({ cameras: [], storage }).map((one) => one.says);
  expect(of(stored({ present: false }))).toEqual(["The disk at /disk is not there."]);
  expect(of(stored({ present: false, in_settings: false }))).toEqual([]);
  expect(of(stored({ free: 8 }))).toHaveLength(1);
  expect(of(stored({ free: 9.5, outcome: "full" }))).toEqual([]);
  expect(of(stored({}, { held_by: "disk" }))).toEqual([
    "Room on the disk ends recordings of yard after 9 days, sooner than its settings say.",
  ]);
  expect(of(stored({}, { held_by: "disk", retention_days: null }))).toEqual([]);
});

test("a process that was begun a moment ago may still be silent", () => {
  const begun = Date.parse("2026-11-23T13:01:00Z");
  const supervisor = {
    process: "supervisor",
    told: "2026-11-23T13:02:00Z",
    alive: true,
    facts: { parts: { recorder: { since_ns: begun * 1e6 } } },
  };
  const system = process(false, []);
  system.processes.push(supervisor);
  expect(troubles({ cameras: [], system }, begun + 60_000)).toEqual([]);
  expect(troubles({ cameras: [], system }, begun + 121_000)).toHaveLength(1);
  supervisor.alive = false;
  expect(troubles({ cameras: [], system }, begun + 60_000).map((one) => one.says)).toHaveLength(2);
});

test("processes: silent ones, and what the others complain of; the worst stands first", () => {
  expect(troubles({ cameras: [], system: process(true, ["the disk is gone", 7]) })).toEqual([
    { view: "processes", tone: "bad", says: "recorder: the disk is gone" },
  ]);
  const all = troubles({
    cameras: [{ ...CAMERA, state: { recording: [], analysis: null } }],
    system: process(false, []),
  });
  expect(all.map((one) => one.tone)).toEqual(["bad", "wait"]);
  expect(worst(all)).toBe("bad");
});
