/** The lines and rings of a rule as one kind of thing, wherever the settings keep them. */
import type { Point, Rule } from "$lib/scene/rules";

/** Which shape of a rule: its line, its zone, a hole in it, or one of the zones of a paths rule. */
export type Place =
  { kind: "points" } | { kind: "polygon" } | { kind: "hole"; index: number } | { kind: "zone"; name: string };

export interface Shape {
  place: Place;
  points: Point[];
  /** A ring: its last corner is joined to its first. */
  closed: boolean;
}

/** "points", "polygon", "hole 0", "zone door": for keys of lists. */
export function keyOf(place: Place): string {
  if (place.kind === "hole") return `hole ${place.index}`;
  return place.kind === "zone" ? `zone ${place.name}` : place.kind;
}

export const isSame = (a: Place | null, b: Place | null): boolean =>
  a !== null && b !== null && keyOf(a) === keyOf(b);

/** All shapes of a rule, the one that it is about first. */
export function shapesOf(rule: Rule): Shape[] {
  const shapes: Shape[] = [];
  if (rule.points) shapes.push({ place: { kind: "points" }, points: rule.points, closed: false });
  if (rule.polygon) shapes.push({ place: { kind: "polygon" }, points: rule.polygon, closed: true });
  for (const [index, points] of (rule.holes ?? []).entries())
    shapes.push({ place: { kind: "hole", index }, points, closed: true });
  if (rule.type === "paths")
    for (const [name, points] of Object.entries(rule.zones ?? {}))
      shapes.push({ place: { kind: "zone", name }, points, closed: true });
  return shapes;
}

export function shapeAt(rule: Rule, place: Place): Shape | undefined {
  return shapesOf(rule).find((shape) => isSame(shape.place, place));
}

/** The rule with other points there; a hole or zone that is not there yet is added. */
export function withPoints(rule: Rule, place: Place, points: Point[]): Rule {
  if (place.kind === "points") return { ...rule, points };
  if (place.kind === "polygon") return { ...rule, polygon: points };
  if (place.kind === "zone") return { ...rule, zones: { ...rule.zones, [place.name]: points } };
  const holes = [...(rule.holes ?? [])];
  holes[place.index] = points;
  return { ...rule, holes };
}

/** The rule without that hole or zone; its line or zone itself is never taken away. */
export function withoutShape(rule: Rule, place: Place): Rule {
  if (place.kind === "hole")
    return { ...rule, holes: (rule.holes ?? []).filter((_, index) => index !== place.index) };
  if (place.kind !== "zone") return rule;
  return { ...rule, zones: renamed(rule.zones ?? {}, place.name, null) };
}

/** A zone of a paths rule under another name, in the same place. */
export function withZoneNamed(rule: Rule, from: string, to: string): Rule {
  return { ...rule, zones: renamed(rule.zones ?? {}, from, to) };
}

function renamed(zones: Record<string, Point[]>, from: string, to: string | null): Record<string, Point[]> {
  return Object.fromEntries(
    Object.entries(zones).flatMap(([name, ring]) =>
      name !== from ? [[name, ring]] : to === null ? [] : [[to, ring]],
    ),
  );
}
