/** What of the events is shown, as it stands in the address of the page: a link says the same to others. */
import type { CameraEvent, Kind } from "$lib/api/types";
import { LISTED, told } from "$lib/scene/told";
import { DAY, rfc3339, startOfDay } from "$lib/time/spans";

export interface Filter {
  camera: string;
  rule: string;
  kind: string;
  class: string;
  direction: "" | "a_to_b" | "b_to_a";
  /** A day by this browser's clock, as 2026-06-03; "": any. */
  day: string;
  /** open: nobody has seen to them yet. */
  seen: "" | "open" | "done";
}

export const ANY: Filter = { camera: "", rule: "", kind: "", class: "", direction: "", day: "", seen: "" };

export function fromQuery(query: string): Filter {
  const given = new URLSearchParams(query);
  const read = (name: keyof Filter): string => given.get(name) ?? "";
  const direction = read("direction");
  const seen = read("seen");
  return {
    camera: read("camera"),
    rule: read("rule"),
    kind: LISTED.includes(read("kind")) ? read("kind") : "",
    class: read("class"),
    direction: direction === "a_to_b" || direction === "b_to_a" ? direction : "",
    day: /^\d{4}-\d\d-\d\d$/.test(read("day")) ? read("day") : "",
    seen: seen === "open" || seen === "done" ? seen : "",
  };
}

export function toQuery(filter: Filter): string {
  const said = Object.entries(filter).filter(([, value]) => value !== "");
  return new URLSearchParams(said).toString();
}

/** As `/api/events` takes it. */
export function asked(filter: Filter): Record<string, unknown> {
  const query: Record<string, unknown> = { kind: filter.kind ? [filter.kind] : LISTED };
  if (filter.camera) query.camera = [filter.camera];
  if (filter.rule) query.rule = [filter.rule];
  if (filter.class) query.class = [filter.class];
  if (filter.direction) query.direction = [filter.direction];
  if (filter.seen) query.acknowledged = filter.seen === "done";
  if (filter.day) {
    const [from, to] = dayOf(filter.day);
    query.from = rfc3339(from);
    query.to = rfc3339(to);
  }
  return query;
}

/** Whether an event that just came belongs to what is shown. */
export function belongs(event: CameraEvent, filter: Filter): boolean {
  if (told(event) === null) return false;
  const [from, to] = filter.day ? dayOf(filter.day) : [-Infinity, Infinity];
  const time = Date.parse(event.time);
  return (
    LISTED.includes(event.kind) &&
    (!filter.kind || event.kind === (filter.kind as Kind)) &&
    (!filter.camera || event.camera === filter.camera) &&
    (!filter.rule || event.rule === filter.rule) &&
    (!filter.class || event.class === filter.class) &&
    (!filter.direction || event.direction === filter.direction) &&
    (!filter.seen || (event.acknowledged !== null) === (filter.seen === "done")) &&
    time >= from &&
    time < to
  );
}

/** From midnight to midnight (ms), also on the days on which clocks change. */
function dayOf(day: string): [number, number] {
  const noon = new Date(`${day}T12:00:00`).getTime();
  return [startOfDay(noon), startOfDay(noon + DAY)];
}
