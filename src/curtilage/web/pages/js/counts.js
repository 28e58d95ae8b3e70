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
    const from = new Date();
    from.setHours(0, 0, 0, 0);
    const to = new Date(from);
    to.setDate(to.getDate() + 1);
    let rows;
    try {
      rows = (await get(`api/counts?from=${from.toISOString()}&to=${to.toISOString()}&step=day`)).counts;
    } catch {
      return; // what was shown stays; it is asked again
    }
    if (!rows.length) return;
    const list = document.createElement("dl");
    list.className = "counts";
    for (const row of rows) {
      const term = document.createElement("dt");
      term.textContent = `${row.camera} · ${row.rule}`;
      list.append(term, figure("in", sum(row.in)), figure("out", sum(row.out)));
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

const sum = (values) => values.reduce((all, one) => all + one, 0);

function figure(what, value) {
  const cell = document.createElement("dd");
  const bold = document.createElement("b");
  bold.textContent = value;
  cell.append(bold, ` ${what}`);
  return cell;
}
