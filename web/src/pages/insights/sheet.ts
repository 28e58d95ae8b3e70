/** Figures as a table: for whoever cannot see the chart, and as a CSV file. */

export type Cell = string | number | null;

export interface Sheet {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** CSV as in RFC 4180; times and numbers as machines read them, and nothing that a table would run. */
export function csv(sheet: Sheet): string {
  return [sheet.columns, ...sheet.rows].map((row) => row.map(field).join(",") + "\r\n").join("");
}

/** A file's name of its parts: "counts-yard-2026-11-23.csv". */
export function fileName(parts: readonly string[], form: string): string {
  const plain = parts.map((part) => part.replace(/[^\p{L}\p{N}._]+/gu, "-").replace(/^[-.]+|-+$/g, ""));
  return `${plain.filter(Boolean).join("-")}.${form}`;
}

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
