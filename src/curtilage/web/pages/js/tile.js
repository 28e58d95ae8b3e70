// One camera on the page: the small stream in the grid; enlarged the large one, and over it what is
// seen in it: boxes, lines and zones with their numbers, the heat map.

import { Heat } from "./heat.js";
import { Overlay } from "./overlay.js";
import { Player } from "./player.js";
import { RulesLayer } from "./rules_layer.js";
import { standing } from "./standing.js";
import { clockTime, since } from "./words.js";

export class Tile {
  /**
   * `numbers`: of its lines and zones; undefined: one may not know them.
   * `away()`: its connection was lost, maybe since one may not watch any more.
   */
  constructor(camera, numbers, away) {
    this.camera = camera;
    this.numbers = numbers;
    this.away = away;
    this.element = document.getElementById("tile").content.cloneNode(true).firstElementChild;
    this.stage = this.element.querySelector(".stage");
    this.button = this.element.querySelector(".enlarge");
    this.element.dataset.camera = camera;
    this.element.querySelector(".name").textContent = camera;
    this.button.setAttribute("aria-label", `Enlarge ${camera}`);
    this.tools = this.element.querySelector(".tools");
    this.tools.setAttribute("aria-label", `Over the picture of ${camera}`);
    this.tools.addEventListener("click", ({ target }) => target.dataset.shows && this.#toggle(target));
    this.tools.addEventListener("change", ({ target }) => this.#heat(target.value));
    this.shown = { boxes: true, rules: true, heat: "" };
    this.large = false;
  }

  /** Begins to play; the element is on the page. */
  play() {
    this.player = new Player(this.stage, this.camera, this.large ? "large" : "small", {
      state: (told) => this.#state(told),
      picture: (utc, about) => this.#picture(utc, about),
    });
    this.tools.hidden = !(this.large && this.numbers);
    if (this.tools.hidden) return;
    this.#boxes(this.shown.boxes);
    this.#rules(this.shown.rules);
    this.#heat(this.shown.heat);
  }

  close() {
    this.player?.close();
    this.#boxes(false);
    this.#rules(false);
    this.heat?.close();
  }

  /** What `/api/cameras` says of it. */
  stands({ state, streams }) {
    const wanted = { recorded: streams.some((one) => one.recorded), analysed: streams.some((one) => one.analysed) };
    this.element.querySelector(".stands").textContent = standing(state, wanted);
    this.#draw();
  }

  /** An event of this camera. */
  happened(event) {
    this.rules?.light(event.rule);
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

  #toggle(button) {
    const shows = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shows));
    this.shown[button.dataset.shows] = shows;
    if (button.dataset.shows === "boxes") this.#boxes(shows);
    else this.#rules(shows);
  }

  #boxes(shows) {
    this.overlay?.close();
    this.overlay = shows ? new Overlay(this.stage.querySelector(".boxes"), this.camera) : null;
  }

  #rules(shows) {
    this.rules?.close();
    const places = [".rules", ".labels"].map((name) => this.stage.querySelector(name));
    this.rules = shows ? new RulesLayer(...places, this.camera, this.numbers) : null;
    this.#draw();
  }

  #heat(span) {
    this.heat?.close();
    this.shown.heat = span;
    const places = [this.stage.querySelector(".heat"), this.element.querySelector(".legend")];
    this.heat = span ? new Heat(...places, this.camera, span) : null;
  }

  #draw() {
    const [width, height] = this.stage.style.getPropertyValue("--aspect").split("/").map(Number);
    if (height) this.rules?.draw(width / height);
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
      this.#draw(); // the picture may have another shape now
    }
    this.element.dispatchEvent(new CustomEvent("picture", { detail: { utc, about } }));
  }
}
