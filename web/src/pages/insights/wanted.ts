/** What is looked at, as it stands in the address of the page: a link says the same to others. */
import type { Step } from "$lib/api/types";

import { type Against } from "./compare";
import { type Preset, PRESETS, type Span, spanOf, STEPS } from "./range";

export const VIEWS = ["counts", "occupancy", "dwell", "heat", "paths", "reports"] as const;
export type View = (typeof VIEWS)[number];

export interface Wanted {
  preset: Preset;
  /** First and last day as dates, of `custom`. */
  from: string;
  to: string;
  /** null: what suits the span. */
  step: Step | null;
  against: Against;
  /** "": all that one sees. */
  camera: string;
  rules: string[];
  /** A floor plan in place of a camera's picture. */
  plan: string;
  /** Of paths: "" from one zone to the next, "journeys" from the first to the last. */
  ways: "" | "journeys";
}

export const PLAIN: Wanted = {
  preset: "today",
  from: "",
  to: "",
  step: null,
  against: "",
  camera: "",
  rules: [],
  plan: "",
  ways: "",
};

const DATE = /^\d{4}-\d\d-\d\d$/;

/** The view that an address names: "/insights/dwell". */
export function viewOf(path: string): View {
  const named = path.split("/")[2] ?? "";
  return VIEWS.find((view) => view === named) ?? "counts";
}

export function fromQuery(query: string): Wanted {
  const given = new URLSearchParams(query);
  const read = (name: string): string => given.get(name) ?? "";
  const date = (name: string): string => (DATE.test(read(name)) ? read(name) : "");
  const against = read("against");
  return {
    preset: PRESETS.find((preset) => preset === read("range")) ?? PLAIN.preset,
    from: date("from"),
    to: date("to"),
    step: STEPS.find((step) => step === read("step")) ?? null,
    against: against === "before" || against === "week" ? against : date("against"),
    camera: read("camera"),
    rules: given.getAll("rule").filter(Boolean),
    plan: read("plan"),
    ways: read("ways") === "journeys" ? "journeys" : "",
  };
}

export function toQuery(wanted: Wanted): string {
  const said = new URLSearchParams();
  const put = (name: string, value: string | null, usual = ""): void => {
    if (value && value !== usual) said.append(name, value);
  };
  put("range", wanted.preset, PLAIN.preset);
  if (wanted.preset === "custom") {
    put("from", wanted.from);
    put("to", wanted.to);
  }
  put("step", wanted.step);
  put("against", wanted.against);
  put("camera", wanted.camera);
  for (const rule of wanted.rules) put("rule", rule);
  put("plan", wanted.plan);
  put("ways", wanted.ways);
  return said.toString();
}

/** The address of a view: what is chosen of time and camera goes along, rules do not. */
export function address(view: View, wanted: Wanted): string {
  const said = toQuery(wanted);
  return `/insights/${view}${said ? `?${said}` : ""}`;
}

export const spanOfWanted = (wanted: Wanted, now: number, zone: string): Span =>
  spanOf(wanted.preset, wanted.from, wanted.to, now, zone);
