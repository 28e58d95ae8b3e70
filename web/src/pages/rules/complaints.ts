/** What keeps rules from being saved, rule by rule, before the server is asked. */
import type { Rule } from "$lib/scene/rules";

import { type Complaint, fieldsOf, type RulesSchema, wrongNumber } from "./schema";
import { type Wrong, wrongShapes } from "./validity";

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

export interface Complaints {
  name: "pattern" | "taken" | null;
  shapes: Wrong[];
  /** By the name of the field. */
  fields: Record<string, Complaint>;
  /** A counter without a door, paths with a single zone. */
  missing: "doors" | "zones" | null;
}

/** By the name of the rule. */
export function complaintsOfAll(rules: readonly Rule[], schema: RulesSchema): Map<string, Complaints> {
  return new Map(rules.map((rule) => [rule.id, complaintsOf(rule, rules, schema)]));
}

export function complaintsOf(rule: Rule, rules: readonly Rule[], schema: RulesSchema): Complaints {
  const fields: Record<string, Complaint> = {};
  for (const field of fieldsOf(schema, rule.type)) {
    if (field.widget !== "number") continue;
    const wrong = wrongNumber(field, rule[field.name] === undefined ? field.preset : rule[field.name]);
    if (wrong) fields[field.name] = wrong;
  }
  const isTaken = rules.filter((one) => one.id === rule.id).length > 1;
  return {
    name: !NAME.test(rule.id) ? "pattern" : isTaken ? "taken" : null,
    shapes: wrongShapes(rule),
    fields,
    missing: missing(rule),
  };
}

export function isFine({ name, shapes, fields, missing }: Complaints): boolean {
  return name === null && missing === null && shapes.length === 0 && Object.keys(fields).length === 0;
}

export const isName = (name: string): boolean => NAME.test(name);

function missing(rule: Rule): "doors" | "zones" | null {
  if (rule.type === "counter" && (rule.lines ?? []).length === 0) return "doors";
  return rule.type === "paths" && Object.keys(rule.zones ?? {}).length < 2 ? "zones" : null;
}
