// The live page: a tile for each camera, counts, last events.

import { get } from "./api.js";
import { Counts } from "./counts.js";
import { Events } from "./events.js";
import { Numbers } from "./numbers.js";
import { Snapshot } from "./snapshot.js";
import { Tile } from "./tile.js";

const AGAIN_MS = 5000; // between two looks which cameras there are, and how they stand
const SOON_MS = 1000;

export class LivePage {
  /** `rights`: what whoever is signed in may do; `problem(error)`: a sentence for them, or null. */
  constructor(place, rights, problem) {
    this.place = place;
    this.mayKnow = rights.includes("findings");
    this.maySee = rights.includes("video");
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
    if (this.mayKnow) this.#findings();
    else this.place.querySelector("aside").hidden = true;
    await this.#cameras();
    if (this.ended.signal.aborted) return;
    this.timer = setInterval(() => this.#cameras(), AGAIN_MS);
  }

  close() {
    this.ended.abort();
    clearInterval(this.timer);
    clearTimeout(this.next);
    for (const part of [this.events, this.counts, this.numbers, this.snapshot]) part?.close();
    for (const tile of this.tiles.values()) tile.close();
    this.tiles.clear();
  }

  /** What was counted and what happened. */
  #findings() {
    this.numbers = new Numbers();
    this.counts = new Counts(this.place.querySelector("#counts"), this.numbers);
    this.snapshot = new Snapshot(this.place.querySelector("#snapshot"));
    this.events = new Events(this.place.querySelector("#events"), this.place.querySelector("#no-events"), {
      came: (event, isNew) => {
        this.numbers.came(event);
        if (isNew) this.tiles.get(event.camera)?.happened(event);
      },
      chosen: (event, text) => this.maySee && this.snapshot.show(event, text),
    });
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
    const cameras = told.filter((one) => one.enabled);
    const names = cameras.map((one) => one.name);
    const isOne = names.length === 1; // it is large, and need not be named again and again
    this.place.querySelector(".live").classList.toggle("one", isOne);
    this.place.querySelector("#no-cameras").hidden = names.length > 0;
    for (const [name, tile] of this.tiles) {
      if (names.includes(name)) continue;
      tile.close();
      tile.element.remove();
      this.tiles.delete(name);
    }
    for (const camera of cameras) {
      const { name } = camera;
      if (!this.tiles.has(name)) {
        const tile = new Tile(name, this.numbers, () => this.#soon());
        this.tiles.set(name, tile);
        this.grid.append(tile.element);
        if (isOne) tile.enlarge(true);
        else tile.play();
      }
      const tile = this.tiles.get(name);
      tile.button.hidden = isOne && tile.large;
      tile.stands(camera);
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
    if (event.key !== "Escape" || this.snapshot?.dialog.open) return;
    const large = [...this.tiles.values()].find((tile) => tile.large);
    if (!large || this.tiles.size === 1) return;
    this.#enlarge(null);
    large.button.focus();
  }

  #enlarge(name) {
    for (const tile of this.tiles.values()) tile.enlarge(tile.camera === name);
  }
}
