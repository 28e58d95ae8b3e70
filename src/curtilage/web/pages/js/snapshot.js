// The picture of an event, with the box of who it was about.

import { since } from "./words.js";

const WIDE = 960;
const AGAIN_MS = 1500;
const FRESH_MS = 12000; // what is newer may not be on the disk yet
const NEAR_MS = 600; // a picture so far away shows something else: no box

export class Snapshot {
  constructor(dialog) {
    this.dialog = dialog;
    this.frame = dialog.querySelector(".picture");
    this.image = dialog.querySelector("img");
    this.box = dialog.querySelector(".box");
    this.said = dialog.querySelector(".snapshot-said");
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#forget());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  close() {
    this.dialog.close();
  }

  async show(event, text) {
    this.#forget();
    const wanted = new AbortController();
    this.wanted = wanted;
    this.dialog.querySelector("h2").textContent = text;
    this.dialog.querySelector("time").textContent = `${event.camera}, ${since(Date.parse(event.time))}`;
    this.said.textContent = "Looking for the picture …";
    if (!this.dialog.open) this.dialog.showModal();
    const path = `api/cameras/${encodeURIComponent(event.camera)}/snapshot?width=${WIDE}&time=${event.noticed}`;
    for (;;) {
      const isLast = Date.now() - Date.parse(event.noticed) > FRESH_MS;
      let answer;
      try {
        answer = await fetch(path, { signal: wanted.signal });
      } catch {
        if (!wanted.signal.aborted) this.said.textContent = "The server does not answer.";
        return;
      }
      if (answer.ok) {
        const away = Math.abs(Date.parse(event.noticed) - Date.parse(answer.headers.get("x-time")));
        if (away < NEAR_MS || isLast) return this.#put(await answer.blob(), event, away, wanted);
      }
      if (isLast) break;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
    this.said.textContent = "There is no picture of that moment.";
  }

  async #put(blob, event, away, wanted) {
    const address = URL.createObjectURL(blob);
    this.image.src = address;
    try {
      await this.image.decode();
    } catch {
      URL.revokeObjectURL(address);
      return;
    }
    if (wanted.signal.aborted) return void URL.revokeObjectURL(address);
    this.address = address;
    const near = away < NEAR_MS;
    this.said.textContent = near ? "" : `The nearest picture that was recorded is ${Math.round(away / 1000)} s older.`;
    this.frame.hidden = false;
    this.box.hidden = !(event.box && near);
    if (this.box.hidden) return;
    const [x0, y0, x1, y1] = event.box.map((share) => share * 100);
    Object.assign(this.box.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
  }

  #forget() {
    this.wanted?.abort();
    this.frame.hidden = true;
    this.image.removeAttribute("src");
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }
}
