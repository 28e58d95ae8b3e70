/** What the analysis sees, in time with the picture: of what was said, what is nearest to the picture. */
import { Connection } from "./connection";
import type { TracksTold } from "./told";

const KEPT_MS = 4000;
const STALE_MS = 700; // analysis may be so much behind the screen; older boxes are not drawn

export class Boxes {
  readonly #canvas: HTMLCanvasElement;
  readonly #connection: Connection<TracksTold | { is: "alive" }>;
  #said: TracksTold[] = [];
  #trails = new Map<number, [x: number, y: number][]>();

  /** Draws boxes, and trails where `hasTrails()`, on a canvas that lies over the picture. */
  constructor(
    canvas: HTMLCanvasElement,
    camera: string,
    private readonly hasTrails: () => boolean,
  ) {
    this.#canvas = canvas;
    this.#connection = new Connection(`/api/cameras/${encodeURIComponent(camera)}/tracks`, {
      text: (told) => this.#told(told),
      away: () => this.#clear(),
    });
  }

  close(): void {
    this.#connection.close();
    this.#clear();
  }

  /** The picture on the screen was taken at this UTC (ms). */
  picture(utc: number): void {
    let best: TracksTold | null = null;
    for (const one of this.#said) {
      if (!best || Math.abs(one.utc_ms - utc) < Math.abs(best.utc_ms - utc)) best = one;
    }
    this.#draw(best && Math.abs(best.utc_ms - utc) <= STALE_MS ? best : null);
  }

  #told(told: TracksTold | { is: "alive" }): void {
    if (told.is !== "tracks") return;
    this.#said.push(told);
    const first = this.#said.findIndex((one) => told.utc_ms - one.utc_ms <= KEPT_MS);
    if (first > 0) this.#said.splice(0, first);
    for (const id of this.#trails.keys()) if (!told.ids.includes(id)) this.#trails.delete(id);
    told.ids.forEach((id, n) => {
      const box = told.boxes[n];
      if (!box) return;
      const trail = this.#trails.get(id) ?? [];
      trail.push([(box[0] + box[2]) / 2, box[3]]);
      this.#trails.set(id, trail.slice(-40));
    });
  }

  #draw(told: TracksTold | null): void {
    const canvas = this.#canvas;
    const scale = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, width, height);
    if (!told) return;
    pen.lineWidth = 2 * scale;
    const high = (canvas.clientWidth < 500 ? 10 : 13) * scale;
    pen.font = `${high}px system-ui, sans-serif`;
    told.boxes.forEach(([x0, y0, x1, y1], n) => {
      const id = told.ids[n] ?? 0;
      pen.strokeStyle = `hsl(${(id * 67) % 360} 90% 62%)`;
      pen.setLineDash(told.seen[n] ? [] : [6 * scale, 5 * scale]);
      pen.strokeRect(x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height);
      if (this.hasTrails()) this.#trail(pen, id, width, height);
      const says = `${told.labels[n] ?? ""} ${id}`;
      const top = Math.max(y0 * height - 1.4 * high, 0);
      pen.fillStyle = "rgb(11 14 18 / .8)";
      pen.fillRect(x0 * width, top, pen.measureText(says).width + 8 * scale, 1.4 * high);
      pen.fillStyle = "#fff";
      pen.fillText(says, x0 * width + 4 * scale, top + high);
    });
  }

  #trail(pen: CanvasRenderingContext2D, id: number, width: number, height: number): void {
    pen.setLineDash([]);
    pen.beginPath();
    for (const [x, y] of this.#trails.get(id) ?? []) pen.lineTo(x * width, y * height);
    pen.stroke();
  }

  #clear(): void {
    this.#said = [];
    this.#trails.clear();
    this.#draw(null);
  }
}
