/** The rules of a scene, as the settings have them (`docs/reference/rules-file.md`). Points are 0..1. */

export type Point = [x: number, y: number];

export interface Rule {
  id: string;
  type: string;
  classes?: string[] | null;
  /** line_crossing */
  points?: Point[];
  direction?: "any" | "a_to_b" | "b_to_a";
  /** zones */
  polygon?: Point[];
  holes?: Point[][];
  /** paths: zones by name */
  zones?: Record<string, Point[]>;
  /** counter: its doors */
  lines?: { line: string; in: "a_to_b" | "b_to_a" }[];
  /** heatmap */
  plane?: "frame" | "ground";
  [setting: string]: unknown;
}

export interface Scene {
  classes: string[];
  rules: Rule[];
}

export interface Zone {
  polygon: Point[];
  holes: Point[][];
  /** All rules that look at it; the first names it. */
  rules: Rule[];
}

/** Zones of all rules; rules that look at the same zone share it. */
export function zonesOf(rules: readonly Rule[]): Zone[] {
  const found = new Map<string, Zone>();
  for (const rule of rules) {
    const rings: [string, Point[]][] =
      rule.type === "paths"
        ? Object.entries(rule.zones ?? {})
        : rule.polygon
          ? [[rule.id, rule.polygon]]
          : [];
    for (const [id, polygon] of rings) {
      const key = JSON.stringify([polygon, rule.holes ?? []]);
      const zone = found.get(key) ?? { polygon, holes: rule.holes ?? [], rules: [] };
      zone.rules.push({ ...rule, id });
      found.set(key, zone);
    }
  }
  return [...found.values()];
}

/** "3 people" where a rule counts people alone; "3 inside" otherwise is the catalogue's to say. */
export function countsPeople(scene: Scene, rule: Rule | undefined): boolean {
  const classes = rule?.classes ?? scene.classes;
  return classes.length === 1 && classes[0] === "person";
}

/** Which way of a line is in, where a counter uses it as a door. */
export function doorOf(scene: Scene, line: string): "a_to_b" | "b_to_a" | null {
  const door = scene.rules.flatMap((rule) => rule.lines ?? []).find((one) => one.line === line);
  return door?.in ?? null;
}
