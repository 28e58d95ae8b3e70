/** Spans of time that are looked at, and how finely: whole days by the site's clock, which has days of 23
 *  and of 25 hours. */
import type { Step } from "$lib/api/types";
import { DAY, HOUR, MINUTE } from "$lib/time/spans";
import { dateText, daysBetween, midnight, ofDateText } from "$lib/time/zone";

export const PRESETS = ["today", "yesterday", "7d", "30d", "custom"] as const;
export type Preset = (typeof PRESETS)[number];

/** From midnight to midnight (ms); `to` is not in it. */
export interface Span {
  from: number;
  to: number;
}

export const STEPS: readonly Step[] = ["minute", "quarter", "hour", "day", "week", "month"];
const LENGTH: Readonly<Record<Step, number>> = {
  minute: MINUTE,
  quarter: 15 * MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
};
/** More bars than this are no picture any more. */
const MOST = 1600;
/** The longest span that may be chosen: about ten years. */
export const MOST_DAYS = 3660;

/** `from` and `to` are the first and the last day, as dates; they matter for `custom` alone. */
export function spanOf(preset: Preset, from: string, to: string, now: number, zone: string): Span {
  const day = (back: number): number => midnight(now, zone, -back);
  switch (preset) {
    case "today":
      return { from: day(0), to: day(-1) };
    case "yesterday":
      return { from: day(1), to: day(0) };
    case "7d":
      return { from: day(6), to: day(-1) };
    case "30d":
      return { from: day(29), to: day(-1) };
    case "custom":
      return customSpan(from, to, now, zone);
  }
}

/** The days of a span, 1 at least. */
export const daysOf = ({ from, to }: Span, zone: string): number => Math.max(1, daysBetween(from, to, zone));

/** The last day of it, as a date. */
export const lastDate = ({ to }: Span, zone: string): string => dateText(to - 1, zone);

/** The steps that make a readable picture of the span. */
export function stepsFor(span: Span): Step[] {
  const length = span.to - span.from;
  return STEPS.filter((step) => {
    const buckets = length / LENGTH[step];
    return buckets <= MOST && (buckets > 0.9 || step === "day");
  });
}

/** The step that is asked for, where it fits; else the one that gives about 24 to 60 bars. */
export function stepFor(span: Span, wanted: Step | null): Step {
  const fits = stepsFor(span);
  if (wanted && fits.includes(wanted)) return wanted;
  const days = (span.to - span.from) / DAY;
  const usual: Step = days <= 4 ? "hour" : days <= 92 ? "day" : days <= 366 ? "week" : "month";
  return fits.includes(usual) ? usual : (fits.at(-1) ?? "day");
}

/** The same days, so many days earlier (or later) by the calendar. */
export function shifted(span: Span, days: number, zone: string): Span {
  return { from: midnight(span.from, zone, -days), to: midnight(span.to, zone, -days) };
}

function customSpan(from: string, to: string, now: number, zone: string): Span {
  const first = ofDateText(from, zone) ?? ofDateText(to, zone) ?? midnight(now, zone);
  const last = ofDateText(to, zone) ?? first;
  const [begin, end] = first <= last ? [first, last] : [last, first];
  const days = Math.min(daysBetween(begin, end, zone), MOST_DAYS - 1);
  return { from: begin, to: midnight(begin, zone, days + 1) };
}
