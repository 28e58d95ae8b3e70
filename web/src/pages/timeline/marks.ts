/** How events look on the timeline: a shape and a colour by kind, so that neither is needed alone. */

export type Shape = "triangle" | "square" | "circle" | "diamond" | "bar";

export interface Mark {
  shape: Shape;
  /** Of the tokens. */
  colour: "--link" | "--good" | "--bad" | "--wait" | "--muted";
}

const TOPIC = "tns1:RuleEngine/";
const MARKS: Readonly<Record<string, Mark>> = {
  "LineDetector/Crossed": { shape: "triangle", colour: "--link" },
  "FieldDetector/ObjectsInside": { shape: "square", colour: "--good" },
  "LoiteringDetector/ObjectIsLoitering": { shape: "circle", colour: "--wait" },
  "CrowdDetector/Gathering": { shape: "diamond", colour: "--bad" },
};
const OTHER: Mark = { shape: "bar", colour: "--muted" };

export const nameOf = (kind: string): string => kind.replace(TOPIC, "");
export const markOf = (kind: string): Mark => MARKS[nameOf(kind)] ?? OTHER;

const ROWS: readonly Shape[][] = [["triangle"], ["square"], ["circle", "diamond", "bar"]];
export const MARKS_TALL = 36; // px, of all rows
const ROW = MARKS_TALL / ROWS.length;

/** The middle of its row, px from the top of the marks: kinds that come often hide no others. */
export function rowOf(kind: string): number {
  const { shape } = markOf(kind);
  return ROW * (ROWS.findIndex((row) => row.includes(shape)) + 0.5);
}

/** Corners of the shape around 0, 0, half as wide as `r`; null: it is a circle. */
export function corners(shape: Shape, r: number): [number, number][] | null {
  switch (shape) {
    case "circle":
      return null;
    case "triangle":
      return [[0, r], [-r, -r], [r, -r]]; // prettier-ignore
    case "square":
      return [[-r, -r], [r, -r], [r, r], [-r, r]].map(([x = 0, y = 0]) => [x * 0.85, y * 0.85]); // prettier-ignore
    case "diamond":
      return [[0, -r * 1.15], [r * 1.15, 0], [0, r * 1.15], [-r * 1.15, 0]]; // prettier-ignore
    case "bar":
      return [[-r * 0.35, -r], [r * 0.35, -r], [r * 0.35, r], [-r * 0.35, r]]; // prettier-ignore
  }
}
