/** Opening hours: when a place is open, a time of each weekday; shading and sums follow them. */
import { HOUR, MINUTE } from "$lib/time/spans";
import { wallOf, weekday } from "$lib/time/zone";

/** Minutes after midnight; `to` before `from`: over midnight. null: closed all day. */
export type Hours = readonly [from: number, to: number] | null;
/** Monday first. null: nobody has said; nothing is shaded. */
export type Opening = readonly Hours[] | null;

export const USUAL: Opening = [...Array(5).fill([8 * 60, 18 * 60]), [9 * 60, 14 * 60], null] as Hours[];

/** Whether it is open then, by the site's clock. */
export function isOpen(at: number, opening: Opening, zone: string): boolean {
  if (!opening) return true;
  const { hour, minute } = wallOf(at, zone);
  const clock = 60 * hour + minute;
  const today = weekday(at, zone) - 1;
  const hours = opening[today] ?? null;
  if (hours && (hours[0] < hours[1] ? clock >= hours[0] && clock < hours[1] : clock >= hours[0])) return true;
  const night = opening[(today + 6) % 7] ?? null; // the evening before, over midnight
  return night !== null && night[1] <= night[0] && clock < night[1];
}

/** For each bucket whether it is closed for most of it. Edges: ms, the end with them. */
export function closed(edges: readonly number[], opening: Opening, zone: string): boolean[] {
  const last = edges.at(-1) ?? 0;
  return edges.slice(0, -1).map((from, place) => {
    const to = edges[place + 1] ?? last;
    return to - from <= HOUR && !isOpen(from + (to - from) / 2, opening, zone);
  });
}

/** "08:30" as minutes after midnight; null where it is no time. */
export function minutesOf(clock: string): number | null {
  const parts = /^(\d\d):(\d\d)$/.exec(clock);
  const minutes = parts ? 60 * Number(parts[1]) + Number(parts[2]) : NaN;
  return minutes < 24 * 60 && Number(parts?.[2]) < 60 ? minutes : null;
}

export function clockOf(minutes: number): string {
  return new Date(minutes * MINUTE).toISOString().slice(11, 16);
}

/** What the browser kept, if it is sound. */
export function read(kept: string | null): Opening {
  try {
    const days: unknown = JSON.parse(kept ?? "null");
    if (!Array.isArray(days) || days.length !== 7) return null;
    return days.every(isHours) ? days : null;
  } catch {
    return null;
  }
}

function isHours(given: unknown): given is Hours {
  if (given === null) return true;
  if (!Array.isArray(given) || given.length !== 2) return false;
  return given.every((minutes) => Number.isInteger(minutes) && minutes >= 0 && minutes < 24 * 60);
}
