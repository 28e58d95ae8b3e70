import { expect, test } from "vitest";

import { detectorLoad, gatesOf, partsOf } from "./processes";

const TOLD = "2026-11-23T13:36:01.531Z";
const GATE = {
  state: "awake",
  why: "A tracked object moves.",
  share_asleep: 0.5,
  share_watching: 0.1,
  share_awake: 0.4,
};
const ANALYSER = {
  process: "analyser-0",
  told: TOLD,
  alive: true,
  facts: {
    cameras: [{ camera: "court", gate: GATE, wanted_fps: 7, got_fps: 6.5, lag_s: 0.1, missed: 2, failed: 1 }],
    detector: "nanodet-g",
    detector_ms: 20,
    awake: 1,
    asleep: 3,
    problems: [],
  },
};
const SUPERVISOR = {
  process: "supervisor",
  told: TOLD,
  alive: true,
  facts: {
    parts: {
      "analyser-0": {
        state: "waiting",
        since_ns: 1795440099796226944,
        pid: null,
        restarts: 3,
        last_end: { reason: "it was killed" },
      },
    },
    settings: { version: 3, by: "file edit" },
    problems: ["analyser-0 is started again: it was killed"],
  },
};

test("the supervisor stands first, and says how the others are kept", () => {
  const [first, second] = partsOf({ version: "0", processes: [ANALYSER, SUPERVISOR] });
  expect(first?.name).toBe("supervisor");
  expect(first?.problems).toEqual(["analyser-0 is started again: it was killed"]);
  expect(first?.facts).toContainEqual(["Settings", "version 3, file edit"]);
  expect([second?.tone, second?.state]).toEqual(["wait", "started again soon"]);
  expect(second?.facts).toContainEqual(["Restarts", "3"]);
  expect(second?.facts).toContainEqual(["Ended last", "it was killed"]);
  expect(second?.facts).toContainEqual(["Detector’s load", "13 % of the time"]);
  expect(second?.facts).toContainEqual(["Cameras awake", "1 of 4"]);
});

test("who is silent is bad, whatever the supervisor last said", () => {
  const [part] = partsOf({ version: "0", processes: [{ ...ANALYSER, alive: false }] });
  expect([part?.tone, part?.state]).toEqual(["bad", "silent"]);
  expect(gatesOf({ version: "0", processes: [{ ...ANALYSER, alive: false }] })).toEqual([]);
});

test("gates by camera, with what was lost", () => {
  const [gate] = gatesOf({ version: "0", processes: [ANALYSER] });
  expect(gate?.shares).toEqual({ awake: 0.4, watching: 0.1, asleep: 0.5 });
  expect([gate?.got, gate?.wanted, gate?.lost]).toEqual([6.5, 7, 3]);
});

test("facts that are not there are no failure", () => {
  const bare = {
    process: "analyser-1",
    told: TOLD,
    alive: true,
    facts: { cameras: [null, { camera: "a" }] },
  };
  expect(gatesOf({ version: "0", processes: [bare] })).toHaveLength(2);
  expect(partsOf({ version: "0", processes: [bare] })[0]?.tone).toBe("good");
  expect(detectorLoad(0, 20)).toBe(0);
});
