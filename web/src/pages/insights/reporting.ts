/** Reports: their addresses, and what the settings file says of those that are made by themselves. */

export const KINDS = ["day", "week", "month"] as const;
export type Kind = (typeof KINDS)[number];
export const FORMS = ["pdf", "png", "csv"] as const;
export type Form = (typeof FORMS)[number];

/** Where a report of the time around `date` is made. */
export function reportAddress(kind: Kind, form: Form, date: string, cameras: readonly string[]): string {
  const query = new URLSearchParams(cameras.map((camera) => ["camera", camera]));
  if (date) query.set("date", date);
  const said = query.toString();
  return `/api/reports/${kind}.${form}${said ? `?${said}` : ""}`;
}

export const fileAddress = (name: string): string => `/api/reports/files/${encodeURIComponent(name)}`;

/** A part of a YAML file as it is written there, comments and all; null where it is not. */
export function blockOf(settings: string, key: string): string | null {
  const lines = settings.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (first < 0) return null;
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => /^[^\s#-]/.test(line));
  const block = rest.slice(0, end < 0 ? undefined : end);
  return [lines[first], ...block].join("\n").trimEnd();
}

/** What to write for a report of each day and each month. */
export const EXAMPLE = "reports:\n  daily: [pdf]\n  monthly: [pdf, csv]";
