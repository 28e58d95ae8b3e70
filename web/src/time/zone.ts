/** Wall clocks of any time zone: what a clock there shows, and when it shows that. The one idea: a zone's
 *  offset at a moment is what its clock shows, read as if it were UTC, less the moment. */
import { DAY, HOUR, MINUTE } from "./spans";

/** What a clock on the wall shows; `month` 1 to 12. */
export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const readers = new Map<string, Intl.DateTimeFormat>();

/** The zone of this browser. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function wallOf(at: number, zone: string): Wall {
  const shown = new Date(at + offsetOf(at, zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
}

/** When the clock shows that: the first time where it does twice, the end of the gap where it never does. */
export function atWall(wall: Wall, zone: string): number {
  const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const before = shown - offsetOf(shown - DAY, zone);
  const after = shown - offsetOf(shown + DAY, zone);
  const fits = [before, after].filter((at) => at + offsetOf(at, zone) === shown);
  return fits.length > 0
    ? Math.min(...fits)
    : endOfGap(Math.min(before, after), Math.max(before, after), zone);
}

/** Midnight of the day that `at` lies in, `days` later. */
export function midnight(at: number, zone: string, days = 0): number {
  const { year, month, day } = wallOf(at, zone);
  return atWall({ year, month, day: day + days, hour: 0, minute: 0 }, zone);
}

/** "2026-06-03", as the clock there has it. */
export function dateText(at: number, zone: string): string {
  return new Date(at + offsetOf(at, zone)).toISOString().slice(0, 10);
}

/** Midnight of "2026-06-03" there; null where that is no date. */
export function ofDateText(date: string, zone: string): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const at = atWall({ year, month, day, hour: 0, minute: 0 }, zone);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().startsWith(date) ? at : null;
}

/** Days from one date to another by the calendar, whatever the clocks do between. */
export function daysBetween(from: number, to: number, zone: string): number {
  const [first, last] = [from, to].map((at) => Date.parse(`${dateText(at, zone)}T00:00:00Z`));
  return Math.round(((last ?? 0) - (first ?? 0)) / DAY);
}

/** 1 (Monday) to 7. */
export function weekday(at: number, zone: string): number {
  return new Date(at + offsetOf(at, zone)).getUTCDay() || 7;
}

/** Milliseconds by which the clock there is ahead of UTC. */
export function offsetOf(at: number, zone: string): number {
  let reader = readers.get(zone);
  if (!reader) {
    const number = "numeric";
    reader = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
      second: number,
    });
    readers.set(zone, reader);
  }
  const read: Record<string, number> = {};
  for (const part of reader.formatToParts(at)) read[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The moment in (low, high] at which the offset changes, to the minute. */
function endOfGap(low: number, high: number, zone: string): number {
  const offset = offsetOf(low - HOUR, zone);
  let [from, to] = [low - HOUR, high + HOUR];
  while (to - from > MINUTE) {
    const middle = from + Math.floor((to - from) / 2 / MINUTE) * MINUTE;
    if (offsetOf(middle, zone) === offset) from = middle;
    else to = middle;
  }
  return to;
}
