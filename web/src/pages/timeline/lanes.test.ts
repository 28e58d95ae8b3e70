import { describe, expect, it } from "vitest";

import type { CameraEvent } from "$lib/api/types";
import { DAY, HOUR, MINUTE } from "$lib/time/spans";
import { Footage } from "$lib/video/recorded/footage";

import { inView } from "./inView";
import { activityStep, eventBeside, type Lane, laneTop, stripHeight, under } from "./lanes";

const view = { from: 0, to: HOUR };
const event = (minute: number, seq = minute): CameraEvent =>
  ({
    id: `${minute}`,
    seq,
    kind: "tns1:RuleEngine/LineDetector/Crossed",
    time: new Date(minute * MINUTE).toISOString(),
  }) as CameraEvent;
const gap = { from: 20 * MINUTE, to: 30 * MINUTE, reason: "stalled", sentence: "" };
const lane = (camera: string, ...events: CameraEvent[]): Lane => ({
  camera,
  footage: new Footage("main", [[0, 20 * MINUTE]], [gap], []),
  activity: null,
  events,
});

describe("what is under the pointer", () => {
  const lanes = [lane("yard", event(10), event(11)), lane("gate", event(40))];
  const marks = laneTop(0, 2) + 6;

  it("is the nearest event among the marks, none below them", () => {
    expect(under(lanes, view, 600, [103, marks])?.event?.id).toBe("10");
    expect(under(lanes, view, 600, [107, marks])?.event?.id).toBe("11");
    expect(under(lanes, view, 600, [150, marks])?.event).toBeNull();
    expect(under(lanes, view, 600, [100, marks + 12])?.event).toBeNull(); // of another kind's row
    expect(under(lanes, view, 600, [103, marks + 40])?.event).toBeNull();
  });

  it("is the gap, in the lane of the camera", () => {
    const found = under(lanes, view, 600, [250, laneTop(1, 2) + 45]);
    expect(found?.lane.camera).toBe("gate");
    expect(found?.gap?.reason).toBe("stalled");
    expect(under(lanes, view, 600, [150, laneTop(1, 2) + 45])?.gap).toBeNull();
  });

  it("is nothing on the axis and below the lanes", () => {
    expect(under(lanes, view, 600, [100, 5])).toBeNull();
    expect(under(lanes, view, 600, [100, stripHeight(2) + 1])).toBeNull();
  });
});

describe("events beside the moment", () => {
  const lanes = [lane("yard", event(10), event(30)), lane("gate", event(20))];

  it("are those of all cameras, by time", () => {
    expect(eventBeside(lanes, 10 * MINUTE, 1)).toBe(20 * MINUTE);
    expect(eventBeside(lanes, 30 * MINUTE, -1)).toBe(20 * MINUTE);
    expect(eventBeside(lanes, 30 * MINUTE, 1)).toBeNull();
    expect(eventBeside([], 0, -1)).toBeNull();
  });
});

it("lists what is in the view: gaps by time, the newest event first", () => {
  const found = inView([lane("yard", event(10), event(70)), lane("gate", event(40))], view);
  expect(found.events.map(({ id }) => id)).toEqual(["40", "10"]);
  expect(found.gaps.map(({ camera }) => camera)).toEqual(["yard", "gate"]);
  expect(inView([lane("yard")], { from: 40 * MINUTE, to: HOUR }).gaps).toEqual([]);
});

it("asks for activity in steps that the server takes", () => {
  expect(activityStep(3 * DAY)).toBe(300);
  expect(activityStep(3 * HOUR)).toBe(60);
  expect(activityStep(HOUR)).toBe(60); // below a minute: less than an hour
  expect(activityStep(50 * MINUTE)).toBe(2);
  expect(activityStep(3 * MINUTE)).toBe(1);
  for (let span = MINUTE; span <= 3 * DAY; span *= 1.1) {
    expect(span / 1000 / activityStep(span)).toBeLessThan(2000);
  }
});
