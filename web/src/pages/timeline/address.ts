/** The page's address: which cameras, and which moment. */

export interface Place {
  /** The first is the one in the path. */
  cameras: string[];
  /** UTC ms; null: as late as there is anything. */
  at: number | null;
}

export const MOST_CAMERAS = 4;

export function placeOf(path: string, query: string): Place {
  const first = decodeURIComponent(path.split("/")[2] ?? "");
  const asked = new URLSearchParams(query);
  const more = (asked.get("with") ?? "").split(",").map(decodeURIComponent);
  const names = [first, ...more].filter((name) => name !== "");
  const at = Date.parse(asked.get("at") ?? "");
  return { cameras: [...new Set(names)].slice(0, MOST_CAMERAS), at: Number.isNaN(at) ? null : at };
}

export function addressOf({ cameras, at }: Place): string {
  const [first, ...more] = cameras;
  const query = new URLSearchParams();
  if (at !== null) query.set("at", new Date(at).toISOString());
  if (more.length > 0) query.set("with", more.map(encodeURIComponent).join(","));
  const said = query.toString();
  return `/recordings${first ? `/${encodeURIComponent(first)}` : ""}${said ? `?${said}` : ""}`;
}
