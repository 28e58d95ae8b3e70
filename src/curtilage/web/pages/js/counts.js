// Counts of today, by rule. Looked at every half minute, and soon after an event.

import { get } from "./api.js";

const AGAIN_MS = 30000;
const SOON_MS = 1500;

export class Counts {
  constructor(place) {
    this.place = place;
    this.#say("No counts yet.");
    this.#look();
    this.timer = setInterval(() => this.#look(), AGAIN_MS);
  }

  close() {
    clearInterval(this.timer);
    clearTimeout(this.next);
  }

  soon() {
    this.next ??= setTimeout(() => {
      this.next = null;
      this.#look();
    }, SOON_MS);
  }

  async #look() {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    let rows;
    try {
      const told = await get(`api/counts?from=${encodeURIComponent(midnight.toISOString())}&step=day`);
      rows = Array.isArray(told) ? told : (told?.counts ?? told?.items ?? told?.rows ?? []);
    } catch {
      return;
    }
    if (!rows.length) return;
    const sums = new Map();
    for (const row of rows) {
      const name = `${row.camera} · ${row.rule}`;
      const sum = sums.get(name) ?? { in: 0, out: 0 };
      sum.in += row.in ?? row.entered ?? row.count ?? 0;
      sum.out += row.out ?? row.left ?? 0;
      sums.set(name, sum);
    }
    const list = document.createElement("dl");
    list.className = "counts";
    for (const [name, sum] of sums) {
      const term = document.createElement("dt");
      term.textContent = name;
      list.append(term, figure("in", sum.in), figure("out", sum.out));
    }
    this.place.replaceChildren(list);
  }

  #say(text) {
    const line = document.createElement("p");
    line.className = "hint";
    line.textContent = text;
    this.place.replaceChildren(line);
  }
}

function figure(what, value) {
  const cell = document.createElement("dd");
  const bold = document.createElement("b");
  bold.textContent = value;
  cell.append(bold, ` ${what}`);
  return cell;
}
