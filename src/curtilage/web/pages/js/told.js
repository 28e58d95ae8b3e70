// What happened, in plain words.

import { howMany } from "./scenes.js";
import { lasting } from "./words.js";

const TOPIC = "tns1:RuleEngine/";
export const OCCUPANCY = `${TOPIC}CountAggregation/Occupancy`;
const COUNTER = `${TOPIC}CountAggregation/Counter`;
/** Of which the list tells; the counting of a crossing is told by the crossing. */
export const LISTED = [
  "LineDetector/Crossed",
  "FieldDetector/ObjectsInside",
  "FieldDetector/Dwell",
  "FieldDetector/Path",
  "LoiteringDetector/ObjectIsLoitering",
  "CrowdDetector/Gathering",
].map((name) => TOPIC + name);

/** "person crossed gate, A to B"; null: nothing that anybody must be told. */
export function told(event) {
  const { rule, phase, details } = event;
  const who = event.class ?? "something";
  const long = event.duration === null ? "" : lasting(event.duration);
  switch (event.kind.slice(TOPIC.length)) {
    case "LineDetector/Crossed":
      return `${who} crossed ${rule}, ${event.direction === "a_to_b" ? "A to B" : "B to A"}`;
    case "FieldDetector/ObjectsInside":
      if (phase === "end") return details.lost_inside ? `${who} lost from sight in ${rule} after ${long}` : `${who} left ${rule} after ${long}`;
      if (details.left) return `${who} left ${rule}`;
      if (details.lost_inside) return `${who} lost from sight in ${rule}`;
      if (details.already_inside) return `${who} was in ${rule} already`;
      return details.appeared_inside ? `${who} appeared in ${rule}` : `${who} entered ${rule}`;
    case "LoiteringDetector/ObjectIsLoitering":
      if (phase === "end") return `${who} stayed in ${rule} for ${long}`;
      return details.level === 2 ? `${who} is still staying in ${rule}` : `${who} is staying in ${rule}`;
    case "CrowdDetector/Gathering":
      if (phase === "end") return `${rule}: gathering is over after ${long}, ${howMany(event.camera, rule, details.peak)} at most`;
      return `${rule}: ${howMany(event.camera, rule, details.count)} gathered`;
    case "FieldDetector/Path":
      return `${who} went from ${details.from} to ${details.to} (${rule})`;
    case "CountAggregation/Occupancy":
      return `${rule}: ${howMany(event.camera, rule, details.count)}`;
    case "CountAggregation/Counter":
      return ["in", "out"].includes(details.change) ? null : `${rule}: put right to ${details.inside} inside`;
    default:
      return `${rule}: ${event.kind.split("/").pop()}`;
  }
}

/** Events with the same key are one story: the last one is told in place of those before. */
export function story(event) {
  if (event.kind === OCCUPANCY) return `${event.camera} ${event.rule}`;
  if (event.phase === "instant" || event.kind === COUNTER) return event.id;
  return [event.camera, event.rule, event.kind, event.track].join(" ");
}
