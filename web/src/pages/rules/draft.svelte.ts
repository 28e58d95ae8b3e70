/** The rules of a camera as they are edited here: what is chosen, what is drawn, what can be undone. */
import { SvelteMap } from "svelte/reactivity";

import type { Point, Rule, Scene } from "$lib/scene/rules";

import { complaintsOfAll, isFine } from "./complaints";
import { begun, did, type History, redone, settled, undone } from "./history";
import { freeName, type Kind, renamed, sharing, withNew, without } from "./kinds";
import { plain, type RulesSchema } from "./schema";
import { isSame, keyOf, type Place, shapeAt, shapesOf, withPoints } from "./shapes";

/** A shape on its way: its corners so far, and what it will be. */
export interface Drawing {
  closed: boolean;
  points: Point[];
  /** A rule that begins with it, or another shape of a rule that is there. */
  for: { kind: Kind } | { rule: string; place: Place };
}

export class Draft {
  readonly camera: string;
  /** What rules look at that do not say it. */
  readonly classes: readonly string[];
  readonly schema: RulesSchema;
  history = $state.raw<History<Rule[]>>(begun([]));
  saved = $state.raw<Rule[]>([]);
  chosen = $state<string | null>(null);
  place = $state.raw<Place | null>(null);
  drawing = $state.raw<Drawing | null>(null);
  /** Rules that look at the same zone go on doing so when its corners are moved. */
  isTogether = $state(true);

  readonly rules = $derived(this.history.now);
  /** Other rules of which the zone is the same as that of the chosen one. */
  readonly sharing = $derived.by(() => sharing(this.rules, this.chosen));
  readonly rule = $derived(this.rules.find((one) => one.id === this.chosen) ?? null);
  readonly shape = $derived(this.rule && this.place ? (shapeAt(this.rule, this.place) ?? null) : null);
  readonly complaints = $derived.by(() => complaintsOfAll(this.rules, this.schema));
  readonly wrong = $derived([...this.complaints.values()].filter((one) => !isFine(one)).length);
  readonly plain = $derived.by(() => this.rules.map((rule) => plain(this.schema, rule)));
  readonly isDirty = $derived.by(
    () => JSON.stringify(this.plain) !== JSON.stringify(this.saved.map((rule) => plain(this.schema, rule))),
  );

  constructor(camera: string, classes: readonly string[], schema: RulesSchema, scene: Pick<Scene, "rules">) {
    this.camera = camera;
    this.classes = classes;
    this.schema = schema;
    this.saved = scene.rules;
    this.history = begun(scene.rules);
  }

  /** The rules are on the server as they are here. */
  wasSaved(): void {
    this.saved = this.rules;
    this.history = settled(this.history);
  }

  /** Back to what is saved; that can be undone. */
  revert(): void {
    this.change(this.saved);
    this.#check();
  }

  choose(id: string | null, place: Place | null = null): void {
    this.drawing = null;
    this.history = settled(this.history);
    this.chosen = id;
    const rule = this.rules.find((one) => one.id === id);
    this.place = place ?? (rule ? (shapesOf(rule)[0]?.place ?? null) : null);
  }

  change(rules: Rule[], step: string | null = null): void {
    this.history = did(this.history, rules, step);
  }

  settle(): void {
    this.history = settled(this.history);
  }

  undo(): void {
    this.history = undone(this.history);
    this.#check();
  }

  redo(): void {
    this.history = redone(this.history);
    this.#check();
  }

  /** A setting of the chosen rule; undefined: left out. */
  set(name: string, value: unknown): void {
    this.#put((rule) => {
      if (value !== undefined) return { ...rule, [name]: value };
      return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== name)) as Rule;
    }, `${this.chosen} ${name}`);
  }

  /** Other corners of the chosen shape. `step` names a change that goes on. */
  setPoints(points: Point[], step: string | null = null): void {
    const place = this.place;
    if (!place) return;
    const ids = [this.chosen, ...(this.isTogether ? this.sharing : [])];
    this.change(
      this.rules.map((rule) => (ids.includes(rule.id) ? withPoints(rule, place, points) : rule)),
      step && `${this.chosen} ${keyOf(place)} ${step}`,
    );
  }

  /** Another form of the chosen rule, as a step of its own. */
  reshape(change: (rule: Rule) => Rule, place?: Place | null): void {
    this.#put(change, null);
    if (place !== undefined) this.place = place;
    this.#check();
  }

  rename(to: string): void {
    const from = this.chosen;
    if (from === null || from === to) return;
    this.change(renamed(this.rules, from, to), "rename");
    this.chosen = to;
  }

  remove(id: string): void {
    this.change(without(this.rules, id));
    this.#check();
  }

  /** A new rule; with `points` it is there at once. */
  add(kind: Kind, points: Point[] | null): void {
    const { rules, id } = withNew(this.rules, kind, points);
    this.change(rules);
    this.choose(id);
  }

  draw(drawing: Omit<Drawing, "points">): void {
    this.drawing = { ...drawing, points: [] };
  }

  /** The shape that is drawn is done, with these points. */
  finish(points: Point[]): void {
    const drawing = this.drawing;
    this.drawing = null;
    if (!drawing) return;
    if ("kind" in drawing.for) {
      this.add(drawing.for.kind, points);
      return;
    }
    const { rule, place } = drawing.for;
    this.chosen = rule;
    this.reshape((one) => withPoints(one, place, points), place);
  }

  /** Where the next hole or zone of the chosen rule belongs. */
  nextPlace(): Place | null {
    const rule = this.rule;
    if (!rule) return null;
    if (rule.type !== "paths") return { kind: "hole", index: (rule.holes ?? []).length };
    return { kind: "zone", name: nextZone(Object.keys(rule.zones ?? {})) };
  }

  #put(change: (rule: Rule) => Rule, step: string | null): void {
    const id = this.chosen;
    if (id === null) return;
    this.change(
      this.rules.map((rule) => (rule.id === id ? change(rule) : rule)),
      step,
    );
  }

  /** What is chosen may be gone. */
  #check(): void {
    this.drawing = null;
    const rule = this.rules.find((one) => one.id === this.chosen);
    if (!rule) this.choose(null);
    else if (!shapesOf(rule).some((shape) => isSame(shape.place, this.place)))
      this.place = shapesOf(rule)[0]?.place ?? null;
  }
}

/** "A", "B", …: then "zone", "zone2". */
function nextZone(taken: readonly string[]): string {
  const letter = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find((one) => !taken.includes(one));
  return letter ?? freeName("zone", taken);
}

/** Drafts that wait to be saved, while other pages are looked at. */
export const drafts = new SvelteMap<string, Draft>();
