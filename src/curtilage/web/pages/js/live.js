// The live page: a tile for each camera, counts, last events.

import { get } from "./api.js";
import { Counts } from "./counts.js";
import { Events } from "./events.js";
import { Tile } from "./tile.js";

const AGAIN_MS = 30000; // between two looks which cameras there are
const SOON_MS = 1000;

export class LivePage {
  constructor(place, problem) {
    this.place = place;
    this.problem = problem;
    this.tiles = new Map();
    this.ended = new AbortController();
  }

  async show() {
    this.place.replaceChildren(document.getElementById("live-view").content.cloneNode(true));
    this.grid = this.place.querySelector("#grid");
    const heard = { signal: this.ended.signal };
    this.grid.addEventListener("click", (event) => this.#clicked(event), heard);
    document.addEventListener("keydown", (event) => this.#key(event), heard);
    await this.#cameras();
    if (this.ended.signal.aborted) return;
    this.timer = setInterval(() => this.#cameras(), AGAIN_MS);
    this.counts = new Counts(this.place.querySelector("#counts"));
    this.events = new Events(this.place.querySelector("#events"), this.place.querySelector("#no-events"), () => this.counts.soon());
  }

  close() {
    this.ended.abort();
    clearInterval(this.timer);
    clearTimeout(this.next);
    this.counts?.close();
    this.events?.close();
    for (const tile of this.tiles.values()) tile.close();
    this.tiles.clear();
  }

  async #cameras() {
    let told;
    try {
      told = await get("api/cameras");
    } catch (error) {
      if (!this.ended.signal.aborted) this.problem(error);
      return;
    }
    if (this.ended.signal.aborted) return;
    this.problem(null);
    const list = Array.isArray(told) ? told : (told?.cameras ?? told?.items ?? []);
    const names = list.filter((one) => one.enabled !== false).map((one) => one.name);
    this.place.querySelector("#no-cameras").hidden = names.length > 0;
    for (const [name, tile] of this.tiles) {
      if (names.includes(name)) continue;
      tile.close();
      tile.element.remove();
      this.tiles.delete(name);
    }
    for (const name of names) {
      if (this.tiles.has(name)) continue;
      const tile = new Tile(name, () => this.#soon());
      this.tiles.set(name, tile);
      this.grid.append(tile.element);
      if (names.length === 1) tile.enlarge(true);
      else tile.play();
    }
  }

  /** A connection was lost: am I still signed in, is the camera still mine to see? */
  #soon() {
    this.next ??= setTimeout(() => {
      this.next = null;
      this.#cameras();
    }, SOON_MS);
  }

  #clicked(event) {
    const button = event.target.closest(".enlarge");
    if (!button) return;
    const name = button.closest(".tile").dataset.camera;
    this.#enlarge(this.tiles.get(name).large ? null : name);
    button.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (event.key !== "Escape") return;
    const large = [...this.tiles.values()].find((tile) => tile.large);
    if (!large || this.tiles.size === 1) return;
    this.#enlarge(null);
    large.button.focus();
  }

  #enlarge(name) {
    for (const tile of this.tiles.values()) tile.enlarge(tile.camera === name);
  }
}
