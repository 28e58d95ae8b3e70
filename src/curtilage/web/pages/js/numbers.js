// The live numbers: what each line and counter counted today, and how many are in each zone now.
// They are asked for at once when something happened, and every half minute besides.

import { get } from "./api.js";
import { OCCUPANCY } from "./told.js";

const AGAIN_MS = 30000;
const SOON_MS = 200; // several events of one moment are one question

export class Numbers extends EventTarget {
  constructor() {
    super();
    this.counts = []; // {camera, rule, in, out, inside}
    this.inside = new Map(); // "camera rule" -> {camera, rule, count}
    this.#look();
    this.timer = setInterval(() => this.#look(), AGAIN_MS);
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.next);
  }

  /** Something happened. */
  came(event) {
    if (event.kind === OCCUPANCY) {
      const { camera, rule } = event;
      this.inside.set(`${camera} ${rule}`, { camera, rule, count: event.details.count });
      this.#changed();
      return;
    }
    this.next ??= setTimeout(() => {
      this.next = null;
      this.#look();
    }, SOON_MS);
  }

  /** `{in, out, inside}` of a line or counter today; nothing counted is 0. */
  counted(camera, rule) {
    return this.counts.find((one) => one.camera === camera && one.rule === rule) ?? { in: 0, out: 0, inside: null };
  }

  /** How many are in the zone of an occupancy rule; null: nobody has said yet. */
  isIn(camera, rule) {
    return this.inside.get(`${camera} ${rule}`)?.count ?? null;
  }

  async #look() {
    const now = Date.now(); // the bucket around it is today, by the site's clock
    const span = `from=${new Date(now).toISOString()}&to=${new Date(now + 1).toISOString()}`;
    try {
      const { counts } = await get(`api/counts?${span}&step=day`);
      this.counts = counts.map((one) => ({
        camera: one.camera,
        rule: one.rule,
        in: one.in.at(-1),
        out: one.out.at(-1),
        inside: one.inside.at(-1),
      }));
    } catch {
      return; // what was shown stays; it is asked again
    }
    if (!this.closed) this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
