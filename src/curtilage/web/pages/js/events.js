// The last events: those of before, then each as it happens. After a loss it goes on where it was.

import { get } from "./api.js";
import { clockTime } from "./words.js";

const MOST = 30;
const AGAIN_MS = [1000, 2000, 5000, 15000];

export class Events {
  /** `came()`: after each new one. */
  constructor(list, empty, came) {
    this.list = list;
    this.empty = empty;
    this.came = came;
    this.last = 0; // seq of the newest
    this.losses = 0;
    this.#begin();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  async #begin() {
    try {
      const { events } = await get(`api/events?most=${MOST}`);
      for (const event of events.reverse()) this.#add(event);
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
    source.addEventListener("event", ({ data }) => {
      this.#add(JSON.parse(data));
      this.came();
    });
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

  #add(event) {
    if (this.closed || event.seq <= this.last) return;
    this.last = event.seq;
    const row = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = clockTime(Date.parse(event.time));
    time.dateTime = event.time;
    const text = document.createElement("span");
    const what = [event.class, words(event.kind.split("/").pop()), event.direction?.replaceAll("_", " ")];
    text.textContent = `${event.camera} · ${event.rule}: ${what.filter(Boolean).join(", ")}`;
    row.append(time, text);
    this.list.prepend(row);
    while (this.list.children.length > MOST) this.list.lastElementChild.remove();
    this.empty.hidden = true;
  }
}

/** "ObjectsInside" as "objects inside". */
function words(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
