/** What is looked for in the log: in the address, and as the API is asked for it. */
import { rfc3339 } from "$lib/time/spans";
import { dateText, midnight, ofDateText } from "$lib/time/zone";

export const LEVELS = ["debug", "info", "warning", "error", "critical"] as const;
export type Level = (typeof LEVELS)[number];

export interface Looked {
  level: Level;
  /** Empty: all. */
  process: string;
  text: string;
  /** "2026-06-03" by the site's clock; empty: all days. */
  day: string;
}

export function fromQuery(query: string): Looked {
  const given = new URLSearchParams(query);
  const level = LEVELS.find((one) => one === given.get("level")) ?? "info";
  const day = given.get("day") ?? "";
  return {
    level,
    process: given.get("process") ?? "",
    text: given.get("text") ?? "",
    day: ofDateText(day, "UTC") === null ? "" : day,
  };
}

export function toQuery({ level, process, text, day }: Looked): string {
  const said = new URLSearchParams();
  if (level !== "info") said.set("level", level);
  if (process) said.set("process", process);
  if (text) said.set("text", text);
  if (day) said.set("day", day);
  return said.toString();
}

/** Parameters of the request; a day ends before the next midnight of its zone begins. */
export function asked({ level, process, text, day }: Looked, zone: string): Record<string, string> {
  const query: Record<string, string> = { level };
  if (process) query.process = process;
  if (text.trim()) query.text = text.trim();
  const from = day === "" ? null : ofDateText(day, zone);
  if (from !== null) {
    query.from = rfc3339(from);
    query.to = rfc3339(midnight(from, zone, 1));
  }
  return query;
}

/** Today, by that clock. */
export const today = (now: number, zone: string): string => dateText(now, zone);

/** Rows of the log with the day said where it changes: `null` where it stays. */
export function withDays<Line extends { time: string }>(
  lines: readonly Line[],
  zone: string,
): { line: Line; day: string | null }[] {
  let last = "";
  return lines.map((line) => {
    const day = dateText(Date.parse(line.time), zone);
    const isNew = day !== last;
    last = day;
    return { line, day: isNew ? day : null };
  });
}
