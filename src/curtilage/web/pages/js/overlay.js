// Draws what the analysis sees over the live picture, in time with it: of what was said, the boxes
// nearest to when the picture on the screen was taken.

import { Connection } from "./connection.js";

const KEPT_MS = 4000;
const STALE_MS = 700; // analysis may be so much behind the screen; older boxes are not drawn

export class Overlay {
  constructor(canvas, camera) {
    this.canvas = canvas;
    this.said = [];
    this.connection = new Connection(`api/cameras/${encodeURIComponent(camera)}/tracks`, {
      text: (told) => this.#told(told),
      bytes: () => {},
      away: () => this.#clear(),
    });
  }

  close() {
    this.connection.close();
    this.#clear();
  }

  /** The picture on the screen was taken at this UTC (ms). */
  picture(utc) {
    let best = null;
    for (const one of this.said) {
      if (!best || Math.abs(one.utc_ms - utc) < Math.abs(best.utc_ms - utc)) best = one;
    }
    this.drawn = best && Math.abs(best.utc_ms - utc) <= STALE_MS ? best : null;
    this.#draw();
  }

  #told(told) {
    if (told.is !== "tracks") return;
    this.said.push(told);
    while (this.said.length && told.utc_ms - this.said[0].utc_ms > KEPT_MS) this.said.shift();
  }

  #draw() {
    const { canvas } = this;
    const scale = globalThis.devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    if (!this.drawn) return;
    pen.lineWidth = 2 * scale;
    const high = (canvas.clientWidth < 500 ? 10 : 13) * scale;
    pen.font = `${high}px system-ui, sans-serif`;
    const { ids, labels, boxes, seen } = this.drawn;
    boxes.forEach(([x0, y0, x1, y1], i) => {
      pen.strokeStyle = `hsl(${(ids[i] * 67) % 360} 90% 62%)`;
      pen.setLineDash(seen[i] ? [] : [6 * scale, 5 * scale]);
      pen.strokeRect(x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height);
      const text = `${labels[i]} ${ids[i]}`;
      const top = Math.max(y0 * height - 1.4 * high, 0);
      pen.fillStyle = "rgb(11 14 18 / .8)";
      pen.fillRect(x0 * width, top, pen.measureText(text).width + 8 * scale, 1.4 * high);
      pen.fillStyle = "#fff";
      pen.fillText(text, x0 * width + 4 * scale, top + high);
    });
  }

  #clear() {
    this.said = [];
    this.drawn = null;
    this.#draw();
  }
}
