// The last events: those of before, then each as it comes. The stream resumes by itself.

import { clockTime } from "./words.js";
import { get } from "./api.js";

const MOST = 30;
const AGAIN_MS = 5000;

export class Events {
  constructor(list, empty, came) {
    this.list = list;
    this.empty = empty;
    this.came = came;
    this.seen = new Set();
    this.#before();
    this.#follow();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  async #before() {
    try {
      const told = await get(`api/events?limit=${MOST}`);
      const list = Array.isArray(told) ? told : (told?.events ?? told?.items ?? []);
      for (const one of list.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0))) this.#add(one);
    } catch {
      // nothing is shown until one comes
    }
  }

  #follow() {
    const source = new EventSource("api/events/stream");
    this.source = source;
    const take = ({ data }) => {
      try {
        this.#add(JSON.parse(data));
        this.came();
      } catch {
        // not an event of ours
      }
    };
    source.onmessage = take;
    source.addEventListener("event", take);
    source.onerror = () => {
      // Browsers try again after a broken connection, but give up after a refusal.
      if (source.readyState !== EventSource.CLOSED || this.closed) return;
      this.timer = setTimeout(() => this.#follow(), AGAIN_MS * 6);
    };
  }

  #add(event) {
    if (this.closed || !event?.rule || this.seen.has(event.id ?? event.seq)) return;
    this.seen.add(event.id ?? event.seq);
    const row = document.createElement("li");
    const time = document.createElement("time");
    const taken = Date.parse(event.time);
    time.textContent = Number.isNaN(taken) ? "" : clockTime(taken);
    if (time.textContent) time.dateTime = new Date(taken).toISOString();
    const text = document.createElement("span");
    const what = [event.label, event.kind?.split("/").pop(), event.direction?.replaceAll("_", " ")];
    text.textContent = `${event.camera} · ${event.rule}: ${what.filter(Boolean).join(", ")}`;
    row.append(time, text);
    this.list.prepend(row);
    while (this.list.children.length > MOST) this.list.lastElementChild.remove();
    this.empty.hidden = true;
  }
}
