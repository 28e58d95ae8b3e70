/** What buckets of time are called, by the site's clock: short beneath an axis, in full beside a figure. */
import type { Step } from "$lib/api/types";

type Form = Intl.DateTimeFormatOptions;

const CLOCK: Form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATE: Form = { day: "numeric", month: "short" };
const formats = new Map<string, Intl.DateTimeFormat>();

/** Beneath an axis. `days`: of the whole span. */
export function shortName(at: number, step: Step, days: number, zone: string): string {
  if (step === "month") return told(at, { month: "short", year: "numeric" }, zone);
  if (step === "week" || step === "day")
    return told(at, days <= 14 ? { weekday: "short", ...DATE } : DATE, zone);
  return told(at, days > 1 ? { weekday: "short", day: "numeric", ...CLOCK } : CLOCK, zone);
}

/** In full: "Mon, 23 Nov 2026, 14:00–15:00". */
export function fullName(at: number, end: number, step: Step, zone: string): string {
  const date: Form = { weekday: "short", ...DATE, year: "numeric" };
  if (step === "month") return told(at, { month: "long", year: "numeric" }, zone);
  if (step === "day") return told(at, date, zone);
  if (step === "week") return `${told(at, date, zone)} – ${told(end - 1, date, zone)}`;
  return `${told(at, date, zone)}, ${clockThere(at, zone)}–${clockThere(end, zone)}`;
}

export const clockThere = (at: number, zone: string): string => told(at, CLOCK, zone);
export const dateThere = (at: number, zone: string): string => told(at, { weekday: "short", ...DATE }, zone);
export const momentThere = (at: number, zone: string): string =>
  told(at, { weekday: "short", ...DATE, ...CLOCK }, zone);

/** "12.5 s", "45 s", "3 min", "1 h 20 min": for figures that are read at a glance. */
export function secondsName(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 6) / 10} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

function told(at: number, form: Form, zone: string): string {
  const key = zone + JSON.stringify(form);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(undefined, { ...form, timeZone: zone })));
  return format.format(at);
}
