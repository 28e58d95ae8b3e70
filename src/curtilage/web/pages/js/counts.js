// The card with all numbers: of today, and of now.

import { counted, howMany, sceneOf } from "./scenes.js";

export class Counts {
  constructor(place, numbers) {
    this.place = place;
    this.numbers = numbers;
    this.ended = new AbortController();
    numbers.addEventListener("change", () => this.#show(), { signal: this.ended.signal });
  }

  close() {
    this.ended.abort();
  }

  async #show() {
    const { counts, inside } = this.numbers;
    if (!counts.length && !inside.size) return;
    await Promise.all([...new Set(counts.map((row) => row.camera))].map(sceneOf));
    const list = document.createElement("dl");
    list.className = "counts";
    for (const row of counts) add(list, row, counted(row.camera, row.rule, row));
    for (const row of inside.values()) add(list, row, `${howMany(row.camera, row.rule, row.count)} now`);
    this.place.replaceChildren(list);
  }
}

function add(list, { camera, rule }, figures) {
  const name = document.createElement("dt");
  name.textContent = rule;
  const where = document.createElement("span");
  where.className = "hint camera";
  where.textContent = ` ${camera}`;
  name.append(where);
  const value = document.createElement("dd");
  value.textContent = figures;
  list.append(name, value);
}
