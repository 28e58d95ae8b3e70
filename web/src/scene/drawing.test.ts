import { describe, expect, it } from "vitest";

import { lineShape, zoneName, zonePath } from "./drawing";
import { doorOf, type Point, type Rule, zonesOf } from "./rules";

const gate: Rule = {
  id: "gate",
  type: "line_crossing",
  direction: "any",
  points: [
    [0.5, 0],
    [0.5, 1],
  ],
};

describe("lineShape", () => {
  it("has A on the left of whoever walks along the line", () => {
    // Downwards on the screen, the left hand points to larger x.
    const [a, b] = lineShape(gate, gate.points as Point[], 1).sides;
    expect(a?.letter).toBe("A");
    expect(a?.at[0]).toBeGreaterThan(0.5);
    expect(b?.at[0]).toBeLessThan(0.5);
  });

  it("has an arrow for each way that counts", () => {
    const points = gate.points as Point[];
    expect(lineShape(gate, points, 1).arrows).toHaveLength(4);
    expect(lineShape({ ...gate, direction: "a_to_b" }, points, 1).arrows).toHaveLength(2);
  });

  it("stretches with the picture", () => {
    expect(lineShape(gate, gate.points as Point[], 2).line).toBe("1000,0 1000,1000");
  });
});

describe("zones", () => {
  const polygon: Point[] = [
    [0.2, 0.4],
    [0.6, 0.4],
    [0.4, 0.8],
  ];

  it("are named above their upper side", () => {
    expect(zoneName(polygon)).toEqual([0.4, 0.4]);
  });

  it("have holes", () => {
    expect(
      zonePath(
        polygon,
        [
          [
            [0.3, 0.5],
            [0.4, 0.5],
            [0.4, 0.6],
          ],
        ],
        1,
      ).match(/M/g),
    ).toHaveLength(2);
  });

  it("are drawn once for all rules that look at them", () => {
    const rules: Rule[] = [
      { id: "in", type: "intrusion", polygon },
      { id: "many", type: "occupancy", polygon },
      {
        id: "ways",
        type: "paths",
        zones: {
          door: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      },
    ];
    expect(zonesOf(rules).map((zone) => zone.rules.map((rule) => rule.id))).toEqual([
      ["in", "many"],
      ["door"],
    ]);
  });
});

describe("doorOf", () => {
  it("is the way in of a line that a counter uses", () => {
    const scene = {
      classes: ["person"],
      rules: [gate, { id: "hall", type: "counter", lines: [{ line: "gate", in: "b_to_a" as const }] }],
    };
    expect(doorOf(scene, "gate")).toBe("b_to_a");
    expect(doorOf(scene, "other")).toBeNull();
  });
});
