// The last events: those of before, then each as it happens. After a loss it goes on where it was.

import { get } from "./api.js";
import { sceneOf } from "./scenes.js";
import { LISTED, OCCUPANCY, story, told } from "./told.js";
import { clockTime } from "./words.js";

const MOST = 30;
const AGAIN_MS = [1000, 2000, 5000, 15000];

export class Events {
  /** `tell.came(event, isNew)`: each one; `tell.chosen(event)`: somebody wants to see it. */
  constructor(list, empty, tell) {
    this.list = list;
    this.empty = empty;
    this.tell = tell;
    this.last = 0; // seq of the newest
    this.losses = 0;
    this.rows = new Map(); // story -> row
    this.#begin();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  async #begin() {
    try {
      const listed = LISTED.map((kind) => `kind=${encodeURIComponent(kind)}`).join("&");
      const pages = await Promise.all([
        get(`api/events?most=${MOST}&${listed}`),
        get(`api/events?most=${4 * MOST}&kind=${encodeURIComponent(OCCUPANCY)}`), // how many are in there
      ]);
      const found = pages.flatMap((page) => page.events).sort((one, other) => one.seq - other.seq);
      await Promise.all([...new Set(found.map((one) => one.camera))].map(sceneOf));
      for (const event of found) this.#add(event, false);
    } catch {
      this.#again(() => this.#begin());
      return;
    }
    if (!this.closed) this.#follow();
  }

  #follow() {
    const source = new EventSource(`api/events/stream?after=${this.last}`);
    this.source = source;
    source.addEventListener("open", () => (this.losses = 0));
    source.addEventListener("event", ({ data }) => this.#add(JSON.parse(data), true));
    source.addEventListener("error", () => {
      source.close(); // it would begin at the same place again
      this.#again(() => this.#follow());
    });
  }

  #again(what) {
    if (this.closed) return;
    const wait = AGAIN_MS[Math.min(this.losses, AGAIN_MS.length - 1)];
    this.losses += 1;
    this.timer = setTimeout(what, wait);
  }

  #add(event, isNew) {
    if (this.closed || event.seq <= this.last) return;
    this.last = event.seq;
    this.tell.came(event, isNew);
    const text = told(event);
    if (text === null) return;
    const key = story(event);
    const before = this.rows.get(key);
    const focused = before?.contains(document.activeElement);
    this.rows.delete(key);
    before?.remove();
    // The box and the picture of a story are those of its beginning.
    const shown = event.box || !before?.event.box ? event : before.event;
    const row = this.#row(event, text, shown);
    this.rows.set(key, row);
    this.list.prepend(row);
    if (focused) row.firstElementChild.focus();
    for (const [old, gone] of this.rows) {
      if (this.rows.size <= MOST) break;
      this.rows.delete(old);
      gone.remove();
    }
    this.empty.hidden = true;
  }

  #row(event, text, shown) {
    const row = document.createElement("li");
    row.event = shown;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "event";
    const time = document.createElement("time");
    time.textContent = clockTime(Date.parse(event.time));
    time.dateTime = event.time;
    const words = document.createElement("span");
    words.textContent = text;
    const where = document.createElement("span");
    where.className = "hint camera";
    where.textContent = event.camera;
    button.append(time, words, where);
    button.addEventListener("click", () => this.tell.chosen(shown, text));
    row.append(button);
    return row;
  }
}
