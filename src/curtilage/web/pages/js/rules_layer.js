// Lines and zones over the picture, each with its numbers.
//
// A is the left side of a line going from its first point to its last; the arrow goes from A to B.

import { counted, howMany, sceneOf } from "./scenes.js";

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 1000; // of the drawing; its width follows the picture
const ARROW = 45;
const LIT_MS = 1500;

export class RulesLayer {
  /** `drawing`: an <svg>; `labels`: an element of the same size. */
  constructor(drawing, labels, camera, numbers) {
    Object.assign(this, { drawing, labels, camera, numbers });
    this.texts = []; // [element, () => what it says]
    this.shapes = new Map(); // rule -> its shape
    this.ended = new AbortController();
    numbers.addEventListener("change", () => this.#tell(), { signal: this.ended.signal });
  }

  close() {
    this.ended.abort();
    this.drawing.replaceChildren();
    this.labels.replaceChildren();
  }

  /** Draws for a picture of this shape (width / height). */
  async draw(aspect) {
    const scene = await sceneOf(this.camera);
    if (this.ended.signal.aborted || (scene === this.scene && aspect === this.aspect)) return;
    Object.assign(this, { scene, aspect });
    this.wide = HIGH * aspect;
    this.drawing.setAttribute("viewBox", `0 0 ${this.wide} ${HIGH}`);
    this.drawing.replaceChildren();
    this.labels.replaceChildren();
    this.texts = [];
    for (const zone of zones(scene.rules)) this.#zone(zone);
    for (const rule of scene.rules) if (rule.type === "line_crossing") this.#line(rule);
    this.#counters(scene.rules.filter((rule) => rule.type === "counter"));
    this.#tell();
  }

  /** Something happened at a rule: it lights up. */
  light(rule) {
    const shape = this.shapes.get(rule);
    if (!shape) return;
    shape.classList.add("lit");
    clearTimeout(shape.dark);
    shape.dark = setTimeout(() => shape.classList.remove("lit"), LIT_MS);
  }

  #zone({ polygon, holes, rules }) {
    const path = [polygon, ...holes].map((ring) => `M${ring.map((point) => this.#at(point)).join("L")}Z`).join("");
    const shape = this.#add("path", { d: path, class: "zone", "fill-rule": "evenodd" });
    for (const rule of rules) this.shapes.set(rule.id, shape);
    const counting = rules.find((rule) => rule.type === "occupancy");
    const top = Math.min(...polygon.map(([, y]) => y));
    const sides = polygon.filter(([, y]) => y < top + 0.02).map(([x]) => x);
    const at = [(Math.min(...sides) + Math.max(...sides)) / 2, top];
    this.#label("zone-label", at, () => {
      const count = counting ? this.numbers.isIn(this.camera, counting.id) : null;
      return [rules[0].id, count === null ? "" : `${howMany(this.camera, counting.id, count)} now`];
    });
  }

  #line(rule) {
    const points = rule.points.map((point) => this.#at(point));
    const shape = this.#add("g", { class: "line" });
    this.shapes.set(rule.id, shape);
    this.#add("polyline", { points: points.join(" ") }, shape);
    const middle = Math.floor((points.length - 1) / 2);
    const [[x0, y0], [x1, y1]] = [points[middle], points[middle + 1]];
    const long = Math.hypot(x1 - x0, y1 - y0);
    const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
    const [toX, toY] = [(-(y1 - y0) / long) * ARROW, ((x1 - x0) / long) * ARROW]; // from A to B
    if (rule.direction !== "b_to_a") this.#arrow(cx, cy, toX, toY, shape);
    if (rule.direction !== "a_to_b") this.#arrow(cx, cy, -toX, -toY, shape);
    for (const [letter, way] of [["A", -1.6], ["B", 1.6]]) {
      this.#label("side", [(cx + way * toX) / this.wide, (cy + way * toY) / HIGH], () => [letter]);
    }
    const lowest = rule.points.reduce((low, point) => (point[1] > low[1] ? point : low));
    this.#label("line-label", lowest, () => [rule.id, this.#counted(rule)]);
  }

  #arrow(x, y, dx, dy, into) {
    const [tipX, tipY] = [x + dx, y + dy];
    const wing = (side) => [tipX - 0.35 * dx + side * 0.25 * dy, tipY - 0.35 * dy - side * 0.25 * dx];
    this.#add("polyline", { points: `${[x, y]} ${[tipX, tipY]}`, class: "arrow" }, into);
    this.#add("polyline", { points: `${wing(1)} ${[tipX, tipY]} ${wing(-1)}`, class: "arrow" }, into);
  }

  #counters(counters) {
    const list = document.createElement("div");
    list.className = "counters";
    for (const rule of counters) {
      const text = document.createElement("p");
      text.dataset.rule = rule.id;
      list.append(text);
      this.texts.push([text, () => [rule.id, this.#counted(rule)]]);
    }
    if (counters.length) this.labels.append(list);
  }

  #label(kind, [x, y], says) {
    const label = document.createElement("p");
    label.className = kind;
    Object.assign(label.style, { left: `${100 * x}%`, top: `${100 * y}%` });
    label.style.setProperty("--x", x); // at the right border it hangs to the left
    this.labels.append(label);
    this.texts.push([label, says]);
  }

  #tell() {
    for (const [element, says] of this.texts) {
      const [name, figures] = says();
      const bold = document.createElement("b");
      bold.textContent = name;
      element.replaceChildren(bold, figures ? ` ${figures}` : "");
    }
  }

  #counted({ id }) {
    return counted(this.camera, id, this.numbers.counted(this.camera, id));
  }

  #at([x, y]) {
    return [x * this.wide, y * HIGH];
  }

  #add(kind, attributes, into = this.drawing) {
    const made = document.createElementNS(SVG, kind);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    into.append(made);
    return made;
  }
}

/** Rules that look at the same zone are drawn once. */
function zones(rules) {
  const found = new Map();
  for (const rule of rules) {
    const rings = rule.type === "paths" ? Object.entries(rule.zones) : rule.polygon ? [[rule.id, rule.polygon]] : [];
    for (const [id, polygon] of rings) {
      const key = JSON.stringify([polygon, rule.holes ?? []]);
      if (!found.has(key)) found.set(key, { polygon, holes: rule.holes ?? [], rules: [] });
      found.get(key).rules.push({ ...rule, id });
    }
  }
  return found.values();
}
