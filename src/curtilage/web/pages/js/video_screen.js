// Shows fragments of MP4 in a <video> by Media Source Extensions, a fraction of a second late.

import { Clock } from "./clock.js";
import { pictures } from "./fragments.js";

const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;
const KEPT_S = 8; // behind the screen
const TRIM_S = 5;

/** Whether this browser can show the type. */
export function canShow(type) {
  return Boolean(Source?.isTypeSupported(type));
}

export class VideoScreen {
  /** `tell.failed(sentence)`: begin anew; `tell.picture(utcMs)`: this is on the screen now. */
  constructor(video, tell) {
    this.video = video;
    this.tell = tell;
    this.clock = new Clock();
    this.waiting = [];
    this.zeros = []; // {from: media time, zero: UTC ms of media time 0}, newest last
    this.keys = []; // media times of keyframes that are buffered
    this.started = false;
    this.trimmed = 0;
    this.ended = new AbortController();
    this.source = new Source();
    const once = { signal: this.ended.signal };
    this.source.addEventListener("sourceopen", () => this.#opened(), once);
    video.addEventListener("error", () => this.#fail(video.error?.message ?? "cannot be decoded"), once);
    video.disableRemotePlayback = true;
    video.muted = true;
    this.address = URL.createObjectURL(this.source);
    video.src = this.address;
    if (video.requestVideoFrameCallback) {
      const shown = (_, about) => {
        if (this.ended.signal.aborted) return;
        this.tell.picture(this.utc(about.mediaTime), about);
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
    } else {
      video.addEventListener("timeupdate", () => this.started && this.tell.picture(this.utc(video.currentTime)), once);
    }
  }

  /** What follows is of this type. */
  open(told) {
    this.zeros.push({ from: told.from_s, zero: told.zero_ms });
    if (this.zeros.length > 8) this.zeros.shift();
    this.waiting.push({ type: told.type });
    this.#pump();
  }

  /** The head of an MP4 or fragments of it (ArrayBuffer). */
  push(bytes) {
    const isHead = new DataView(bytes).getUint32(4) === 0x66747970; // "ftyp"
    const found = isHead ? [] : pictures(bytes);
    if (found.length) {
      this.newest = found.at(-1).at;
      this.clock.arrived(this.newest, performance.now() / 1000);
      for (const one of found) if (one.key) this.keys.push(one.at);
    }
    this.waiting.push({ bytes });
    this.#pump();
  }

  /** UTC in ms of the picture at this media time. */
  utc(mediaTime) {
    const zero = this.zeros.findLast((one) => one.from <= mediaTime + 0.001) ?? this.zeros[0];
    return zero.zero + mediaTime * 1000;
  }

  close() {
    this.ended.abort();
    this.waiting = [];
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.address);
  }

  #opened() {
    this.#pump();
  }

  #pump() {
    if (this.source.readyState !== "open" || this.buffer?.updating) return;
    const next = this.waiting[0];
    if (!next) return;
    try {
      if (next.type) {
        this.waiting.shift();
        this.#setType(next.type);
        this.#pump();
        return;
      }
      const many = this.waiting.findIndex((one) => one.type);
      const now = this.waiting.splice(0, many < 0 ? this.waiting.length : many);
      this.buffer.appendBuffer(now.length === 1 ? now[0].bytes : joined(now));
    } catch (error) {
      this.#fail(error.message);
    }
  }

  #setType(type) {
    if (!this.buffer) {
      this.buffer = this.source.addSourceBuffer(type);
      this.buffer.mode = "segments";
      const once = { signal: this.ended.signal };
      this.buffer.addEventListener("updateend", () => this.#appended(), once);
    } else if (type !== this.type) {
      this.buffer.changeType(type);
    }
    this.type = type;
  }

  #appended() {
    this.#follow();
    this.#trim();
    this.#pump();
  }

  /** Stay near the newest picture: hurry a little, or jump. */
  #follow() {
    const ranges = this.buffer?.buffered;
    if (!ranges?.length || this.newest === undefined) return;
    const now = performance.now() / 1000;
    const rate = this.started ? this.clock.rate(this.video.currentTime, now) : null;
    if (rate === null) {
      const begin = ranges.start(ranges.length - 1);
      this.video.currentTime = Math.max(begin, Math.min(this.clock.wanted(now), this.newest));
      this.video.playbackRate = 1;
      this.started = true;
    } else if (Math.abs(rate - this.video.playbackRate) > 0.01 || (rate === 1) !== (this.video.playbackRate === 1)) {
      this.video.playbackRate = rate;
    }
    if (this.video.paused && !this.ended.signal.aborted) this.video.play().catch(() => {});
  }

  /** Forget what was shown; only up to a keyframe, since browsers remove whole GOPs. */
  #trim() {
    const now = performance.now() / 1000;
    if (this.buffer.updating || now - this.trimmed < TRIM_S) return;
    this.trimmed = now;
    const until = this.keys.findLast((key) => key < this.video.currentTime - KEPT_S);
    if (until === undefined) return;
    this.keys = this.keys.filter((key) => key >= until);
    if (this.buffer.buffered.length && this.buffer.buffered.start(0) < until) this.buffer.remove(0, until);
  }

  #fail(sentence) {
    if (!this.ended.signal.aborted) this.tell.failed(sentence);
  }
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.bytes.byteLength, 0));
  let at = 0;
  for (const { bytes } of parts) {
    all.set(new Uint8Array(bytes), at);
    at += bytes.byteLength;
  }
  return all;
}
