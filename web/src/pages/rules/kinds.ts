/** The types of rules: the order and the groups in which they are offered, and how each begins. */
import type { Point, Rule, Scene } from "$lib/scene/rules";

export const KINDS = [
  "line_crossing",
  "counter",
  "region_entrance",
  "region_exit",
  "intrusion",
  "loitering",
  "gathering",
  "occupancy",
  "dwell",
  "heatmap",
  "paths",
] as const;
export type Kind = (typeof KINDS)[number];

/** What is drawn for a new rule of a type; null: nothing. */
export function drawnFor(kind: Kind, scene: Pick<Scene, "rules">): "line" | "zone" | "zones" | null {
  if (kind === "line_crossing") return "line";
  if (kind === "counter") return linesOf(scene.rules).length === 0 ? "line" : null;
  if (kind === "heatmap") return null;
  return kind === "paths" ? "zones" : "zone";
}

export const linesOf = (rules: readonly Rule[]): Rule[] =>
  rules.filter((rule) => rule.type === "line_crossing");

const STEMS: Record<Kind, string> = {
  line_crossing: "line",
  counter: "counter",
  region_entrance: "entrance",
  region_exit: "exit",
  intrusion: "zone",
  loitering: "loitering",
  gathering: "gathering",
  occupancy: "people",
  dwell: "stay",
  heatmap: "heat",
  paths: "paths",
};

/** "line", then "line2", …: a name that no rule has. */
export function freeId(kind: Kind, rules: readonly Rule[]): string {
  return freeName(
    STEMS[kind],
    rules.map((rule) => rule.id),
  );
}

export function freeName(stem: string, taken: readonly string[]): string {
  if (!taken.includes(stem)) return stem;
  let n = 2;
  while (taken.includes(`${stem}${n}`)) n += 1;
  return `${stem}${n}`;
}

/** The rules with a new one, and its name. A counter without a line begins with one of its own. */
export function withNew(
  rules: readonly Rule[],
  kind: Kind,
  points: Point[] | null,
): { rules: Rule[]; id: string } {
  if (kind === "counter") return withCounter(rules, points);
  const id = freeId(kind, rules);
  const rule: Rule = { id, type: kind };
  if (kind === "line_crossing" && points) rule.points = points;
  else if (kind === "paths" && points) rule.zones = { A: points };
  else if (points) rule.polygon = points;
  if (kind === "gathering") rule.count = 3;
  return { rules: [...rules, rule], id };
}

function withCounter(rules: readonly Rule[], points: Point[] | null): { rules: Rule[]; id: string } {
  const before = points ? withNew(rules, "line_crossing", points).rules : [...rules];
  const line = (points ? before.at(-1) : linesOf(before)[0])?.id;
  const id = freeId("counter", before);
  const doors: Rule["lines"] = line ? [{ line, in: "a_to_b" }] : [];
  return { rules: [...before, { id, type: "counter", lines: doors }], id };
}

/** A rule under another name; rules that speak of it go with it. */
export function renamed(rules: readonly Rule[], from: string, to: string): Rule[] {
  return rules.map((rule) => {
    if (rule.id === from) return { ...rule, id: to };
    let now = rule;
    if (rule.lines?.some((door) => door.line === from))
      now = { ...now, lines: rule.lines.map((door) => (door.line === from ? { ...door, line: to } : door)) };
    return rule.reconcile === from ? { ...now, reconcile: to } : now;
  });
}

/** Without a rule, and without what others say of it. */
export function without(rules: readonly Rule[], id: string): Rule[] {
  return rules
    .filter((rule) => rule.id !== id)
    .map((rule) => {
      let now = rule;
      if (rule.lines?.some((door) => door.line === id))
        now = { ...now, lines: rule.lines.filter((door) => door.line !== id) };
      if (rule.reconcile !== id) return now;
      return Object.fromEntries(Object.entries(now).filter(([name]) => name !== "reconcile")) as Rule;
    });
}

/** Names of the other rules of which the zone, holes and all, is that of this one. */
export function sharing(rules: readonly Rule[], id: string | null): string[] {
  const zoneOf = (rule: Rule): string => JSON.stringify([rule.polygon, rule.holes ?? []]);
  const mine = rules.find((rule) => rule.id === id);
  if (!mine?.polygon) return [];
  const zone = zoneOf(mine);
  return rules
    .filter((rule) => rule !== mine && rule.polygon && zoneOf(rule) === zone)
    .map((rule) => rule.id);
}
