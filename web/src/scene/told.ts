/** What an event says, in plain words, and which events are one story. */
import type { CameraEvent } from "$lib/api/types";
import { text } from "$lib/text";
import { lasting } from "$lib/time/spans";

import { countsPeople } from "./rules";
import { scenes } from "./scenes.svelte";

const TOPIC = "tns1:RuleEngine/";
export const OCCUPANCY = `${TOPIC}CountAggregation/Occupancy`;
export const COUNTER = `${TOPIC}CountAggregation/Counter`;
/** What a list of events tells; the counting of a crossing is told by the crossing. */
export const LISTED = [
  "LineDetector/Crossed",
  "FieldDetector/ObjectsInside",
  "FieldDetector/Dwell",
  "FieldDetector/Path",
  "LoiteringDetector/ObjectIsLoitering",
  "CrowdDetector/Gathering",
].map((name) => TOPIC + name);

/** "person crossed gate, A to B"; null: nothing that anybody must be told. */
export function told(event: CameraEvent): string | null {
  const { rule, phase, details } = event;
  const say = text.told;
  const who = event.class ? (text.classes[event.class] ?? event.class) : say.something;
  const long = event.duration === null ? "" : lasting(event.duration);
  const isOver = phase === "end";
  switch (event.kind.slice(TOPIC.length)) {
    case "LineDetector/Crossed":
      return say.crossed(who, rule, event.direction === "a_to_b" ? say.aToB : say.bToA);
    case "FieldDetector/ObjectsInside":
      if (isOver)
        return details.lost_inside ? say.lostAfter(who, rule, long) : say.leftAfter(who, rule, long);
      if (details.left) return say.left(who, rule);
      if (details.lost_inside) return say.lost(who, rule);
      if (details.already_inside) return say.already(who, rule);
      return details.appeared_inside ? say.appeared(who, rule) : say.entered(who, rule);
    case "LoiteringDetector/ObjectIsLoitering":
      if (isOver) return say.stayed(who, rule, long);
      return details.level === 2 ? say.stillStaying(who, rule) : say.staying(who, rule);
    case "CrowdDetector/Gathering":
      if (isOver) return say.gatheringOver(rule, long, howMany(event.camera, rule, Number(details.peak)));
      return say.gathered(rule, howMany(event.camera, rule, Number(details.count)));
    case "FieldDetector/Path":
      return say.path(who, String(details.from), String(details.to), rule);
    case "CountAggregation/Occupancy":
      return say.inside(rule, howMany(event.camera, rule, Number(details.count)));
    case "CountAggregation/Counter":
      if (details.change === "in" || details.change === "out") return null;
      return say.putRight(rule, Number(details.inside));
    default:
      return say.other(rule, event.kind.split("/").at(-1) ?? event.kind);
  }
}

/** "3 people" where a rule counts people alone, "3 inside" otherwise. */
export function howMany(camera: string, rule: string, count: number): string {
  const scene = scenes.of(camera);
  return countsPeople(scene, scenes.rule(camera, rule)) ? text.told.people(count) : text.told.things(count);
}

/** Events with the same key are one story: the last one is told in place of those before. */
export function story(event: CameraEvent): string {
  if (event.kind === OCCUPANCY) return `${event.camera} ${event.rule}`;
  if (event.phase === "instant" || event.kind === COUNTER) return event.id;
  return [event.camera, event.rule, event.kind, event.track].join(" ");
}
