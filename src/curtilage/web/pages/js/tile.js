// One camera on the page: the small stream in the grid, the large one with boxes when enlarged.

import { Overlay } from "./overlay.js";
import { Player } from "./player.js";
import { clockTime, since } from "./words.js";

export class Tile {
  /** `away()`: its connection was lost, maybe since one may not watch any more. */
  constructor(camera, away) {
    this.camera = camera;
    this.away = away;
    this.element = document.getElementById("tile").content.cloneNode(true).firstElementChild;
    this.stage = this.element.querySelector(".stage");
    this.button = this.element.querySelector(".enlarge");
    this.element.dataset.camera = camera;
    this.element.querySelector(".name").textContent = camera;
    this.button.setAttribute("aria-label", `Enlarge ${camera}`);
    this.large = false;
  }

  /** Begins to play; the element is on the page. */
  play() {
    this.player = new Player(this.stage, this.camera, this.large ? "large" : "small", {
      state: (told) => this.#state(told),
      picture: (utc, about) => this.#picture(utc, about),
    });
    if (this.large) this.overlay = new Overlay(this.stage.querySelector(".boxes"), this.camera);
  }

  close() {
    this.player?.close();
    this.overlay?.close();
    this.overlay = null;
  }

  enlarge(large) {
    if (large === this.large) return;
    this.large = large;
    this.element.classList.toggle("large", large);
    this.button.setAttribute("aria-pressed", String(large));
    this.button.textContent = large ? "Back to all" : "Enlarge";
    this.close();
    this.play();
  }

  #state({ kind, text, since: moment, reason, note }) {
    if (kind === "away") this.away();
    const said = moment ? `${reason && reason !== "nothing heard" ? `${reason}: ` : ""}${text}, since ${since(moment)}` : text;
    this.element.querySelector(".said").textContent = kind === "live" ? "" : said;
    const place = this.element.querySelector(".note");
    place.hidden = !note;
    place.textContent = note ?? "";
  }

  #picture(utc, about) {
    this.overlay?.picture(utc);
    const second = Math.floor(utc / 1000);
    if (second !== this.second) {
      this.second = second;
      const taken = this.element.querySelector(".taken");
      taken.textContent = clockTime(utc);
      taken.dateTime = new Date(utc).toISOString();
    }
    this.element.dispatchEvent(new CustomEvent("picture", { detail: { utc, about } }));
  }
}
