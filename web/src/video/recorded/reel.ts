/**
 * The recorded film of one camera in a <video>, by Media Source Extensions, at the shared clock's moment.
 *
 * Media time is UTC minus the reel's zero, so gaps are holes in what is buffered, and film that was
 * fetched in any order finds its place. `follow` is called for every picture of the screen; it steers
 * the element and asks for what will be needed.
 */
import { Source } from "$lib/video/source";

import { filmToAskFor, toForget, voids } from "./ahead";
import { Film, FilmRefused } from "./film";
import { pictureBeside } from "./fragmentReader";
import { joined, type Span, spanAt, within, without } from "./spans";
import { filmPath, type Footage } from "./footage";

const ZERO_BEFORE_MS = 12 * 3_600_000;
const LONGEST_S = 3 * 86_400;
const VOID_MS = 10_000; // then it is asked for again
const AGAIN_MS = 2_000; // after a film failed
const NEAR_S = 0.25; // farther than this from the clock is out of step
const CLOSE_S = 0.04;
const SLIVER_MS = 250; // a hole so small is none

/** shown: the moment is on the screen; waiting: on its way; gap: not recorded; stills: no film plays here. */
export type Standing = "shown" | "waiting" | "gap" | "stills";

export interface Follow {
  at: number;
  rate: number;
  isPlaying: boolean;
  isHeld: boolean;
  footage: Footage;
}

export class Reel {
  readonly #video: HTMLVideoElement;
  readonly #camera: string;
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #address = "";
  #type = "";
  #zero = 0;
  #film: Film | null = null;
  #voids: { span: Span; until: number }[] = [];
  #times: number[] = []; // UTC ms of pictures that were buffered
  #quietUntil = 0;
  #refused = false;
  #wanted = Number.NaN; // the moment that was sought last
  problem: string | null = null;

  constructor(video: HTMLVideoElement, camera: string) {
    this.#video = video;
    this.#camera = camera;
    video.muted = true;
    video.disableRemotePlayback = true;
  }

  /** The moment was chosen anew: the picture jumps there. */
  seek(): void {
    this.#wanted = Number.NaN;
  }

  follow(now: Follow): Standing {
    if (this.#refused || (now.footage.formats.length > 0 && !now.footage.isFilm(now.at))) return "stills";
    const recorded = this.#recorded(now.footage);
    if (!spanAt(recorded, now.at)) {
      this.#pause();
      if (now.isPlaying) this.#ask(now, recorded);
      return spanAt(now.footage.recorded, now.at) ? "waiting" : "gap";
    }
    this.#open(now.at);
    this.#ask(now, recorded);
    return this.#steer(now);
  }

  /** UTC ms of the picture after (1) or before (-1) the moment; null: not buffered. */
  beside(at: number, steps: 1 | -1): number | null {
    return pictureBeside(this.#times, at, steps);
  }

  close(): void {
    this.#film?.stop();
    this.#film = null;
    this.#buffer = null;
    this.#source = null;
    if (this.#address) {
      this.#video.removeAttribute("src");
      this.#video.load();
      URL.revokeObjectURL(this.#address);
    }
    this.#address = "";
  }

  #recorded(footage: Footage): Span[] {
    const now = performance.now();
    this.#voids = this.#voids.filter((one) => one.until > now);
    const missing = this.#voids.map((one) => one.span);
    return missing.length > 0 ? without(footage.recorded, joined(missing)) : [...footage.recorded];
  }

  #open(at: number): void {
    const s = (at - this.#zero) / 1000;
    if (this.#source && s > 0 && s < LONGEST_S) return;
    this.close();
    this.#zero = Math.floor(at) - ZERO_BEFORE_MS;
    this.#times = [];
    this.#type = "";
    const source = new Source();
    this.#source = source;
    this.#address = URL.createObjectURL(source);
    this.#video.src = this.#address;
    this.#wanted = Number.NaN;
  }

  #steer({ at, rate, isPlaying, isHeld }: Follow): Standing {
    const video = this.#video;
    const buffered = this.#buffered();
    const range = spanAt(buffered, at) ?? spanAt(buffered, at + SLIVER_MS);
    if (!range || video.readyState === 0) {
      this.#pause();
      // The last picture before a gap is shown until the gap.
      return spanAt(buffered, at - SLIVER_MS) ? "shown" : "waiting";
    }
    const wanted = (Math.max(at, range[0]) - this.#zero) / 1000;
    const drift = video.currentTime - wanted;
    const isNew = Number.isNaN(this.#wanted);
    const isAstray = spanAt(buffered, video.currentTime * 1000 + this.#zero) !== range;
    const isFar = Math.abs(drift) > (isPlaying ? 4 * Math.max(1, rate) : 0.001);
    if (isNew || isAstray || isFar) {
      if (!isNew && video.seeking) return "waiting";
      video.currentTime = wanted;
      this.#wanted = wanted;
      return "waiting";
    }
    if (!isPlaying) {
      this.#pause();
      return video.seeking || video.readyState < 2 ? "waiting" : "shown";
    }
    return this.#run(drift, rate, isHeld);
  }

  /** Keeps the running element in step: a little faster or slower, or it waits, or others wait for it. */
  #run(drift: number, rate: number, isHeld: boolean): Standing {
    const video = this.#video;
    const near = NEAR_S * Math.max(1, rate);
    if (drift > near || (isHeld && drift > -CLOSE_S)) {
      this.#pause();
      return "shown";
    }
    const isOff = Math.abs(drift) > CLOSE_S * Math.max(1, rate);
    const pace = Math.max(0.0625, Math.min(16, isOff && !isHeld ? rate * (drift > 0 ? 0.92 : 1.08) : rate));
    if (video.playbackRate !== pace) video.playbackRate = pace;
    if (video.paused) video.play().catch(() => undefined);
    return video.seeking || video.readyState < 3 || drift < -near ? "waiting" : "shown";
  }

  #pause(): void {
    if (!this.#video.paused) this.#video.pause();
  }

  #buffered(): Span[] {
    const found: Span[] = [];
    const ranges = this.#buffer?.buffered;
    for (let n = 0; ranges && n < ranges.length; n++) {
      found.push([ranges.start(n) * 1000 + this.#zero, ranges.end(n) * 1000 + this.#zero]);
    }
    return found;
  }

  #ask(now: Follow, recorded: readonly Span[]): void {
    if (!this.#source || this.#source.readyState !== "open" || performance.now() < this.#quietUntil) return;
    const buffered = this.#buffered();
    const loading = this.#film?.rest ?? null;
    const wanted = filmToAskFor({ ...now, recorded, buffered, loading });
    if (!wanted) return;
    this.#film?.stop();
    const inTime = within([wanted], this.#zero, this.#zero + LONGEST_S * 1000)[0];
    if (!inTime) return;
    this.#forget(buffered, now);
    const film = new Film(filmPath(this.#camera, now.footage.stream, inTime), inTime);
    this.#film = film;
    void this.#load(film, now.footage);
  }

  async #load(film: Film, footage: Footage): Promise<void> {
    try {
      const { start, type } = await film.open();
      if (!this.#takes(type)) {
        this.#refused = true;
        film.stop();
        return;
      }
      const buffer = await this.#bufferFor(type);
      await film.read(async ({ bytes, times }) => {
        if (buffer !== this.#buffer) return;
        await ready(buffer);
        if (film.isStopped) return;
        buffer.timestampOffset = (start - this.#zero) / 1000;
        await append(buffer, bytes);
        this.#learn(times.map((time) => start + time));
        film.reached(start + (times.at(-1) ?? 0));
      });
      if (film.isStopped) return;
      this.#lacks(voids(film.asked, { recorded: footage.recorded, buffered: this.#buffered() }));
      this.problem = null;
    } catch (error) {
      if (film.isStopped) return;
      if (error instanceof FilmRefused && error.status === 404) this.#lacks([film.asked]);
      else this.problem = error instanceof Error ? error.message : String(error);
      this.#quietUntil = performance.now() + AGAIN_MS;
    } finally {
      if (this.#film === film) this.#film = null;
    }
  }

  #takes(type: string): boolean {
    return Source?.isTypeSupported(type) ?? false;
  }

  async #bufferFor(type: string): Promise<SourceBuffer> {
    const source = this.#source;
    if (!source) throw new Error("closed");
    if (!this.#buffer) {
      source.duration = LONGEST_S;
      this.#buffer = source.addSourceBuffer(type);
    } else if (type !== this.#type) {
      await ready(this.#buffer);
      this.#buffer.changeType(type);
    }
    this.#type = type;
    return this.#buffer;
  }

  #lacks(spans: readonly Span[]): void {
    const until = performance.now() + VOID_MS;
    this.#voids.push(...spans.map((span) => ({ span, until })));
  }

  #learn(times: readonly number[]): void {
    const first = times[0];
    if (first === undefined) return;
    const last = this.#times.at(-1) ?? -Infinity;
    const isNext = first > last && times.every((time, n) => n === 0 || time > (times[n - 1] ?? 0));
    if (isNext) this.#times.push(...times);
    else this.#times = [...new Set([...this.#times, ...times])].sort((a, b) => a - b);
    if (this.#times.length > 60_000) this.#times.splice(0, 20_000);
  }

  #forget(buffered: readonly Span[], { at, rate }: Follow): void {
    const buffer = this.#buffer;
    const [first] = toForget(buffered, at, rate);
    if (!buffer || buffer.updating || !first) return;
    const [from, to] = first;
    buffer.remove(Math.max(0, (from - this.#zero) / 1000), (to - this.#zero) / 1000);
    this.#times = this.#times.filter((time) => time < from || time >= to);
  }
}

function ready(buffer: SourceBuffer): Promise<void> {
  if (!buffer.updating) return Promise.resolve();
  return new Promise((done) => buffer.addEventListener("updateend", () => done(), { once: true }));
}

function append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  return new Promise((done, fail) => {
    const over = new AbortController();
    const once = { signal: over.signal };
    buffer.addEventListener(
      "error",
      () => (over.abort(), fail(new Error("the film cannot be decoded"))),
      once,
    );
    buffer.addEventListener("updateend", () => (over.abort(), done()), once);
    try {
      buffer.appendBuffer(bytes);
    } catch (error) {
      over.abort();
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
