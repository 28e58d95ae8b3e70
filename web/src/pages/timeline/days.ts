/** Days by this browser's clock, as date fields have them ("2026-11-23"). */

export function dateOf(at: number): string {
  const date = new Date(at);
  const two = (count: number): string => `${count}`.padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** That day, at the time of day of `at`; null: it is no date. */
export function onDay(value: string, at: number): number | null {
  const [year, month, day] = value.split("-").map(Number);
  if (!year || !month || !day) return null;
  const found = new Date(at).setFullYear(year, month - 1, day);
  return Number.isNaN(found) ? null : found;
}

/** The same time so many days later: days of 23 and 25 hours are days. */
export function otherDay(at: number, by: number): number {
  const date = new Date(at);
  return date.setDate(date.getDate() + by);
}
