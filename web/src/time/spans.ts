/** Times as people of this browser read them; the API speaks RFC 3339 in UTC. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const minutes = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const both = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export type Moment = number | string | Date;

export const clockTime = (at: Moment): string => clock.format(new Date(at));
export const hourMinute = (at: Moment): string => minutes.format(new Date(at));
export const dayOf = (at: Moment): string => date.format(new Date(at));
export const dateTime = (at: Moment): string => both.format(new Date(at));
export const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** Midnight of the day that `at` lies in, by this browser's clock. */
export function startOfDay(at: Moment): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** "3 s", "4 min 10 s", "2 h 5 min", "3 d 4 h": the two largest parts. */
export function lasting(seconds: number): string {
  const parts: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  let rest = Math.max(0, Math.round(seconds));
  const said: string[] = [];
  for (const [size, unit] of parts) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) said.push(`${count} ${unit}`);
    else if (said.length > 0) break; // "1 h 0 min" is "1 h"
    if (said.length === 2) break;
  }
  return said.join(" ") || "0 s";
}
