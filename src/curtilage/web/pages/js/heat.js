// Where people stay: seconds of presence per cell, over the picture, with a legend.
// The scale is by the square root, so that a path shows beside a bench.

import { get } from "./api.js";
import { sceneOf } from "./scenes.js";
import { lasting } from "./words.js";

const AGAIN_MS = 15000;
// From seldom to long: red, green, blue, opacity. Rises in lightness, so it reads without colour too.
const COLOURS = [
  [46, 10, 92, 0], [88, 16, 125, 0.45], [170, 42, 96, 0.6], [232, 96, 40, 0.7], [252, 176, 42, 0.8], [252, 250, 170, 0.85],
];

export class Heat {
  /** `span`: "hour" or "today". */
  constructor(canvas, legend, camera, span) {
    Object.assign(this, { canvas, legend, camera, span });
    this.#look();
    this.timer = setInterval(() => this.#look(), AGAIN_MS);
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    this.legend.hidden = true;
    this.canvas.hidden = true;
  }

  async #look() {
    const scene = await sceneOf(this.camera);
    const rule = scene.rules.find((one) => one.type === "heatmap" && one.plane === "frame");
    if (!rule) return this.#say("no heat map of the picture among this camera's rules");
    const to = new Date();
    const from = new Date(to);
    if (this.span === "hour") from.setHours(from.getHours() - 1);
    else from.setHours(0, 0, 0, 0);
    const path = `api/cameras/${encodeURIComponent(this.camera)}/heatmaps/${encodeURIComponent(rule.id)}`;
    let map;
    try {
      map = await get(`${path}?from=${from.toISOString()}&to=${to.toISOString()}`);
    } catch (error) {
      return this.#say(error.message);
    }
    if (!this.closed) this.#draw(map);
  }

  #draw({ columns, rows, seconds, total }) {
    const { canvas, legend } = this;
    let most = 0;
    for (const row of seconds) for (const one of row) most = Math.max(most, one);
    Object.assign(canvas, { width: columns, height: rows, hidden: false });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(columns, rows);
    seconds.flat().forEach((one, n) => most && image.data.set(colour(Math.sqrt(one / most)), 4 * n));
    pen.putImageData(image, 0, 0);
    legend.hidden = false;
    legend.querySelector(".legend-said").textContent = total ? `${lasting(total)} of presence; seconds per cell:` : "nobody was seen in this time";
    const scale = legend.querySelector("canvas");
    scale.hidden = !most;
    if (most) ramp(scale);
    const marks = most ? [0, most / 4, most] : []; // the square root: a quarter is in the middle
    legend.querySelector(".marks").replaceChildren(...marks.map((one) => text(lasting(one))));
  }

  #say(sentence) {
    if (this.closed) return;
    this.legend.hidden = false;
    this.legend.querySelector(".legend-said").textContent = sentence;
    this.legend.querySelector("canvas").hidden = true;
    this.legend.querySelector(".marks").replaceChildren();
  }
}

function ramp(canvas) {
  Object.assign(canvas, { width: 128, height: 1 });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(128, 1);
  for (let x = 0; x < 128; x += 1) image.data.set(colour(x / 127), 4 * x);
  pen.putImageData(image, 0, 0);
}

/** RGBA, 0..255, of a share of the most, 0..1. */
function colour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (COLOURS.length - 1);
  const low = COLOURS[Math.min(Math.floor(at), COLOURS.length - 2)];
  const high = COLOURS[Math.min(Math.floor(at), COLOURS.length - 2) + 1];
  const part = at - COLOURS.indexOf(low);
  return low.map((one, n) => (one + (high[n] - one) * part) * (n === 3 ? 255 : 1));
}

function text(words) {
  const mark = document.createElement("span");
  mark.textContent = words;
  return mark;
}
