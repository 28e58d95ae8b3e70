import { describe, expect, it } from "vitest";

import type { Camera } from "$lib/api/types";

import { standing } from "./standing";

const since = "2026-06-03T10:00:00Z";

function camera(changes: Partial<Camera["state"]>, isRecorded = true): Camera {
  return {
    name: "yard",
    purpose: "the gate",
    enabled: true,
    sound: false,
    rules: [],
    masks: [],
    streams: [{ name: "main", recorded: isRecorded, analysed: true, small: true }],
    state: {
      recording: [{ stream: "main", recording: true, reason: null, sentence: "", since }],
      analysis: {
        got_fps: 4.98,
        wanted_fps: 5,
        gate: { state: "awake", mode: "sizes", why: "something moves." },
        sentences: [],
      },
      ...changes,
    },
  };
}

describe("standing", () => {
  it("is good where it is recorded and looked at", () => {
    const { tone, says } = standing(camera({}));
    expect(tone).toBe("good");
    expect(says).toContain("5 of 5");
    expect(says).not.toContain("..");
  });

  it("is bad where it is not recorded, with the reason", () => {
    const recording = [
      { stream: "main", recording: false, reason: "unreachable", sentence: "no answer", since },
    ];
    const { tone, says } = standing(camera({ recording }));
    expect(tone).toBe("bad");
    expect(says).toContain("unreachable, no answer");
  });

  it("is slow where fewer pictures are looked at than wanted, not since something was once missed", () => {
    const gate = { state: "awake", mode: "sizes", why: "something moves." };
    const sentences = ["yard: Not analysed from 10:00 to 10:01."];
    const analysis = (got: number) => ({ got_fps: got, wanted_fps: 5, gate, sentences });
    expect(standing(camera({ analysis: analysis(5) })).tone).toBe("good");
    expect(standing(camera({ analysis: analysis(2) })).tone).toBe("wait");
  });

  it("says when nothing is known yet", () => {
    const { tone, says } = standing(camera({ recording: [], analysis: null }));
    expect(tone).toBe("wait");
    expect(says).toContain("analyser is starting");
  });

  it("is as set where nothing is to be recorded", () => {
    expect(standing(camera({}, false)).tone).toBe("plain");
  });
});
