/**
 * The settings of a rule as fields of a form, from the JSON Schema that the server gives
 * (`/api/schemas/rules`). What is drawn (`x-draw`) and what a rule is (`type`, `id`) is no field.
 */

export interface Schema {
  title?: string;
  description?: string;
  type?: string;
  default?: unknown;
  enum?: (string | number)[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  $ref?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  "x-unit"?: string;
  "x-choices"?: Record<string, string>;
  "x-draw"?: string;
  "x-advanced"?: boolean;
}

export interface RulesSchema extends Schema {
  $defs: Record<string, Schema>;
}

export interface Choice {
  value: string | boolean | number;
  text: string;
}

interface Common {
  /** Its key in the settings. */
  name: string;
  title: string;
  help: string;
  unit: string | null;
  advanced: boolean;
  /** It may be left out. */
  optional: boolean;
  preset: unknown;
}

export interface NumberField extends Common {
  widget: "number";
  whole: boolean;
  least: number | null;
  /** `least` itself is too little. */
  above: boolean;
  most: number | null;
}

export interface NumbersField extends Common {
  widget: "numbers";
  /** How many there must be; null: some. */
  count: number | null;
  whole: boolean;
}

export type Field =
  | NumberField
  | NumbersField
  | (Common & { widget: "switch" | "text" | "time" | "hours" | "modes" | "doors" | "line" | "occupancy" })
  | (Common & { widget: "choice" | "several"; choices: Choice[] });

/** Of a counter, its lines say these; the server refuses them at the counter. */
const NOT_OF_COUNTERS = new Set(["anchor", "min_score", "min_height", "max_height", "cool_down"]);
const HIDDEN = new Set(["id", "type"]);

/** The fields of a type of rule, in the order of the form: what is of this type first. */
export function fieldsOf(schema: RulesSchema, type: string): Field[] {
  const model = modelOf(schema, type);
  const all = Object.entries(model?.properties ?? {})
    .filter(([name, one]) => !HIDDEN.has(name) && !one["x-draw"])
    .filter(([name]) => type !== "counter" || !NOT_OF_COUNTERS.has(name))
    .map(([name, one]) => fieldOf(name, one));
  const ofAll = new Set(commonNames(schema));
  return [...all.filter((field) => !ofAll.has(field.name)), ...all.filter((field) => ofAll.has(field.name))];
}

/** The schema of a type of rule. */
export function modelOf(schema: RulesSchema, type: string): Schema | undefined {
  return Object.values(schema.$defs).find((one) => one.properties?.type?.const === type);
}

/** Names of the settings that rules of every type have. */
function commonNames(schema: RulesSchema): string[] {
  const models = Object.values(schema.$defs).filter((one) => one.properties?.type?.const !== undefined);
  const [first, ...others] = models.map((one) => Object.keys(one.properties ?? {}));
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
}

function fieldOf(name: string, told: Schema): Field {
  const schema = withoutNull(told);
  const common: Common = {
    name,
    title: told.title ?? name,
    help: (told.description ?? "").replaceAll(/`([^`]*)`/g, "“$1”"),
    unit: told["x-unit"] ?? null,
    advanced: told["x-advanced"] ?? false,
    optional: schema !== told,
    preset: told.default ?? null,
  };
  const words = told["x-choices"];
  if (name === "lines") return { ...common, widget: "doors" };
  if (name === "reconcile") return { ...common, widget: "occupancy" };
  if (name === "schedule") return { ...common, widget: "hours" };
  if (name === "modes" || name === "armed_in") return { ...common, widget: "modes" };
  if (name === "reset_at") return { ...common, widget: "time" };
  if (schema.anyOf && words) return { ...common, widget: "choice", choices: mixed(words) };
  if (schema.type === "boolean") return { ...common, widget: "switch" };
  if (schema.enum) return { ...common, widget: "choice", choices: chosen(schema.enum, words) };
  if (schema.type === "number" || schema.type === "integer") return numberField(common, schema);
  if (schema.type === "array") return listField(common, schema, words);
  return { ...common, widget: "text" };
}

function numberField(common: Common, schema: Schema): NumberField {
  return {
    ...common,
    widget: "number",
    whole: schema.type === "integer",
    least: schema.minimum ?? schema.exclusiveMinimum ?? null,
    above: schema.exclusiveMinimum !== undefined,
    most: schema.maximum ?? null,
  };
}

function listField(common: Common, schema: Schema, words?: Record<string, string>): Field {
  const one = schema.items ?? schema.prefixItems?.[0] ?? {};
  if (one.enum) return { ...common, widget: "several", choices: chosen(one.enum, words) };
  if (one.type !== "number" && one.type !== "integer") return { ...common, widget: "text" };
  const count = schema.prefixItems?.length ?? null;
  return { ...common, widget: "numbers", count, whole: one.type === "integer" };
}

/** The schema of what a setting is when it is not left out. */
function withoutNull(schema: Schema): Schema {
  const some = schema.anyOf?.filter((one) => one.type !== "null");
  if (!some || some.length === schema.anyOf?.length) return schema;
  const [only] = some;
  return only && some.length === 1 ? only : { ...schema, anyOf: some };
}

const chosen = (values: readonly (string | number)[], words?: Record<string, string>): Choice[] =>
  values.map((value) => ({ value, text: words?.[String(value)] ?? String(value) }));

/** Choices of which some are true and false. */
const mixed = (words: Record<string, string>): Choice[] =>
  Object.entries(words).map(([key, text]) => ({
    value: key === "true" ? true : key === "false" ? false : key,
    text,
  }));

export type Complaint =
  { kind: "number" } | { kind: "whole" } | { kind: "range"; least: number | null; most: number | null };

/** What is wrong with a number that was typed; null: nothing. */
export function wrongNumber(field: NumberField, value: unknown): Complaint | null {
  if (value === null || value === undefined) return field.optional ? null : { kind: "number" };
  if (typeof value !== "number" || !Number.isFinite(value)) return { kind: "number" };
  if (field.whole && !Number.isInteger(value)) return { kind: "whole" };
  const { least, most } = field;
  const isLow = least !== null && (field.above ? value <= least : value < least);
  return isLow || (most !== null && value > most) ? { kind: "range", least, most } : null;
}

/** Numbers as they are typed, "0, 5, 10"; null where something is none. */
export function numbersIn(typed: string): number[] | null {
  const parts = typed.split(/[\s,;]+/).filter(Boolean);
  const numbers = parts.map(Number);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : null;
}

/** The settings without what says the default again: so a settings file stays short. */
export function plain(schema: RulesSchema, rule: Record<string, unknown>): Record<string, unknown> {
  const properties = modelOf(schema, String(rule.type))?.properties ?? {};
  const kept = Object.entries(rule).filter(([name, value]) => {
    if (name === "id" || name === "type") return true;
    if (value === null || value === undefined) return false;
    const preset = properties[name]?.default;
    return preset === undefined || JSON.stringify(preset) !== JSON.stringify(value);
  });
  return Object.fromEntries(kept);
}
