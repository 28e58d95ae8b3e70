import { describe, expect, it } from "vitest";

import { complaintsOf, isFine } from "./complaints";
import { freeId, renamed, sharing, without, withNew } from "./kinds";
import { fieldsOf, numbersIn, plain, type RulesSchema, wrongNumber } from "./schema";

const common = {
  id: { type: "string", title: "Name" },
  classes: {
    title: "What counts",
    default: null,
    anyOf: [{ type: "array", items: { enum: ["person", "car"], type: "string" } }, { type: "null" }],
    "x-choices": { person: "People", car: "Cars" },
  },
  min_score: {
    type: "number",
    title: "Least certainty",
    default: 0,
    minimum: 0,
    maximum: 1,
    "x-advanced": true,
    "x-unit": "0 to 1",
  },
};
const schema: RulesSchema = {
  $defs: {
    Line: {
      properties: {
        ...common,
        type: { const: "line_crossing" },
        points: { type: "array", "x-draw": "line" },
        direction: { type: "string", default: "any", enum: ["a_to_b", "any"], "x-choices": { any: "Both" } },
        stitch: {
          default: "hidden",
          anyOf: [{ type: "boolean" }, { const: "hidden", type: "string" }],
          "x-choices": { true: "Always", false: "Never", hidden: "Only when hidden" },
        },
        again: { default: null, anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "null" }] },
        grid: { default: [96, 54], type: "array", prefixItems: [{ type: "integer" }, { type: "integer" }] },
      },
    },
    Counter: { properties: { ...common, type: { const: "counter" }, lines: { type: "array" } } },
    Hours: { properties: { days: { type: "array" } } },
  },
};

describe("fieldsOf", () => {
  const fields = fieldsOf(schema, "line_crossing");

  it("has no field for what is drawn, or what the rule is; its own ones are first", () => {
    expect(fields.map((field) => field.name)).toEqual([
      "direction",
      "stitch",
      "again",
      "grid",
      "classes",
      "min_score",
    ]);
  });

  it("has a widget for each kind of setting", () => {
    expect(fields.map((field) => field.widget)).toEqual([
      "choice",
      "choice",
      "number",
      "numbers",
      "several",
      "number",
    ]);
    expect(fields[1]).toMatchObject({ choices: [{ value: true }, { value: false }, { value: "hidden" }] });
    expect(fields[2]).toMatchObject({ optional: true, least: 0, above: true });
    expect(fields[3]).toMatchObject({ count: 2, whole: true });
    expect(fields[4]).toMatchObject({ optional: true, choices: [{ text: "People" }, { text: "Cars" }] });
    expect(fields[5]).toMatchObject({ advanced: true, unit: "0 to 1", least: 0, most: 1 });
  });

  it("asks of a counter only what the server takes there", () => {
    expect(fieldsOf(schema, "counter").map((field) => field.name)).toEqual(["lines", "classes"]);
  });
});

describe("numbers", () => {
  const [, , again, , , score] = fieldsOf(schema, "line_crossing");

  it("are in their range, or left out where they may be", () => {
    if (again?.widget !== "number" || score?.widget !== "number") throw new Error("no numbers");
    expect(wrongNumber(again, undefined)).toBeNull();
    expect(wrongNumber(again, 0)).toMatchObject({ kind: "range" });
    expect(wrongNumber(score, 1.2)).toEqual({ kind: "range", least: 0, most: 1 });
    expect(wrongNumber(score, null)).toEqual({ kind: "number" });
    expect(wrongNumber(score, 0.5)).toBeNull();
  });

  it("are read as they are typed", () => {
    expect(numbersIn("0, 5;10")).toEqual([0, 5, 10]);
    expect(numbersIn("0, five")).toBeNull();
  });
});

describe("plain", () => {
  it("leaves out what is the default, and keeps what is drawn", () => {
    const rule = { id: "gate", type: "line_crossing", direction: "any", min_score: 0.5, classes: null };
    expect(plain(schema, rule)).toEqual({ id: "gate", type: "line_crossing", min_score: 0.5 });
    expect(plain(schema, { ...rule, points: [[0, 0]], grid: [96, 54] })).toHaveProperty("points");
  });
});

describe("rules", () => {
  const line = { id: "line", type: "line_crossing", points: [] as [number, number][] };
  const counter = { id: "hall", type: "counter", lines: [{ line: "line", in: "a_to_b" as const }] };

  it("get names that are free", () => {
    expect(freeId("line_crossing", [])).toBe("line");
    expect(freeId("line_crossing", [line])).toBe("line2");
  });

  it("take others along when they are renamed or removed", () => {
    expect(renamed([line, counter], "line", "gate")[1]?.lines).toEqual([{ line: "gate", in: "a_to_b" }]);
    expect(without([line, counter], "line")).toEqual([{ ...counter, lines: [] }]);
  });

  it("begin: a counter without lines with one of its own", () => {
    const points: [number, number][] = [
      [0, 0],
      [1, 1],
    ];
    const { rules, id } = withNew([], "counter", points);
    expect(rules.map((rule) => rule.type)).toEqual(["line_crossing", "counter"]);
    expect(rules[1]).toMatchObject({ id, lines: [{ line: "line" }] });
  });

  it("share a zone", () => {
    const polygon: [number, number][] = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    const [a, b] = ["a", "b"].map((id) => ({ id, type: "dwell", polygon }));
    const cut = { id: "c", type: "dwell", polygon, holes: [polygon] };
    expect(sharing([a, b, cut, line] as never, "a")).toEqual(["b"]);
    expect(sharing([a, b, cut, line] as never, "line")).toEqual([]);
  });

  it("are complained of", () => {
    const of = (rule: typeof counter | typeof line, rules = [rule]) => complaintsOf(rule, rules, schema);
    expect(isFine(of(counter))).toBe(true);
    expect(of({ ...counter, lines: [] }).missing).toBe("doors");
    expect(of({ ...counter, id: "1st" }).name).toBe("pattern");
    expect(of(counter, [counter, { ...line, id: "hall" } as never]).name).toBe("taken");
    expect(of(line).shapes[0]?.flaw).toBe("few");
  });
});
