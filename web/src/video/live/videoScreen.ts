/** Shows fragments of MP4 in a <video> by Media Source Extensions, a fraction of a second late. */
import { Clock } from "./clock";
import { pictures } from "./fragments";
import type { Opened } from "./told";

const Source =
  (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? globalThis.MediaSource;
const KEPT_S = 8; // behind the screen
const TRIM_S = 5;
const FTYP = 0x6674_7970;

/** Whether this browser can show the type. */
export function canShow(type: string): boolean {
  return Source?.isTypeSupported(type) ?? false;
}

export interface ScreenTells {
  /** What is on the screen now was taken at this UTC (ms). */
  picture: (utcMs: number) => void;
  /** Begin anew. */
  failed: (sentence: string) => void;
}

export interface Screen {
  open: (told: Opened) => void;
  push: (bytes: ArrayBuffer) => void;
  close: () => void;
}

type Waiting = { type: string } | { bytes: ArrayBuffer };

export class VideoScreen implements Screen {
  readonly #video: HTMLVideoElement;
  readonly #tell: ScreenTells;
  readonly #clock = new Clock();
  readonly #ended = new AbortController();
  readonly #source = new Source();
  readonly #address: string;
  #buffer: SourceBuffer | null = null;
  #type = "";
  #waiting: Waiting[] = [];
  #zeros: { from: number; zero: number }[] = []; // newest last
  #keys: number[] = []; // media times of keyframes that are buffered
  #newest: number | null = null;
  #started = false;
  #trimmed = 0;

  constructor(video: HTMLVideoElement, tell: ScreenTells) {
    this.#video = video;
    this.#tell = tell;
    const once = { signal: this.#ended.signal };
    this.#source.addEventListener("sourceopen", () => this.#pump(), once);
    video.addEventListener("error", () => this.#fail(video.error?.message ?? "cannot be decoded"), once);
    video.disableRemotePlayback = true;
    video.muted = true;
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
    this.#watch();
  }

  /** What follows is of this type. */
  open(told: Opened): void {
    this.#zeros.push({ from: told.from_s, zero: told.zero_ms });
    if (this.#zeros.length > 8) this.#zeros.shift();
    this.#waiting.push({ type: told.type });
    this.#pump();
  }

  /** The head of an MP4 or fragments of it. */
  push(bytes: ArrayBuffer): void {
    const isHead = new DataView(bytes).getUint32(4) === FTYP;
    const found = isHead ? [] : pictures(bytes);
    const last = found.at(-1);
    if (last) {
      this.#newest = last.at;
      this.#clock.arrived(last.at, performance.now() / 1000);
      for (const one of found) if (one.key) this.#keys.push(one.at);
    }
    this.#waiting.push({ bytes });
    this.#pump();
  }

  /** UTC in ms of the picture at this media time. */
  utc(mediaTime: number): number {
    const zero = this.#zeros.findLast((one) => one.from <= mediaTime + 0.001) ?? this.#zeros[0];
    return (zero?.zero ?? 0) + mediaTime * 1000;
  }

  close(): void {
    this.#ended.abort();
    this.#waiting = [];
    this.#video.removeAttribute("src");
    this.#video.load();
    URL.revokeObjectURL(this.#address);
  }

  #watch(): void {
    const video = this.#video;
    if ("requestVideoFrameCallback" in video) {
      const shown: VideoFrameRequestCallback = (_, about) => {
        if (this.#ended.signal.aborted) return;
        this.#tell.picture(this.utc(about.mediaTime));
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
      return;
    }
    const told = (): void => {
      if (this.#started) this.#tell.picture(this.utc(this.#video.currentTime));
    };
    (video as HTMLVideoElement).addEventListener("timeupdate", told, { signal: this.#ended.signal });
  }

  #pump(): void {
    if (this.#source.readyState !== "open" || this.#buffer?.updating) return;
    const next = this.#waiting[0];
    if (!next) return;
    try {
      if ("type" in next) {
        this.#waiting.shift();
        this.#setType(next.type);
        this.#pump();
        return;
      }
      const other = this.#waiting.findIndex((one) => "type" in one);
      const now = this.#waiting.splice(0, other < 0 ? this.#waiting.length : other);
      this.#buffer?.appendBuffer(joined(now.flatMap((one) => ("bytes" in one ? [one.bytes] : []))));
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #setType(type: string): void {
    if (!this.#buffer) {
      this.#buffer = this.#source.addSourceBuffer(type);
      this.#buffer.mode = "segments";
      this.#buffer.addEventListener("updateend", () => this.#appended(), { signal: this.#ended.signal });
    } else if (type !== this.#type) {
      this.#buffer.changeType(type);
    }
    this.#type = type;
  }

  #appended(): void {
    this.#follow();
    this.#trim();
    this.#pump();
  }

  /** Stay near the newest picture: hurry a little, or jump. */
  #follow(): void {
    const video = this.#video;
    const ranges = this.#buffer?.buffered;
    if (!ranges?.length || this.#newest === null) return;
    const now = performance.now() / 1000;
    const rate = this.#started ? this.#clock.rate(video.currentTime, now) : null;
    if (rate === null) {
      const begin = ranges.start(ranges.length - 1);
      video.currentTime = Math.max(begin, Math.min(this.#clock.wanted(now), this.#newest));
      video.playbackRate = 1;
      this.#started = true;
    } else if (Math.abs(rate - video.playbackRate) > 0.01 || (rate === 1) !== (video.playbackRate === 1)) {
      video.playbackRate = rate;
    }
    if (video.paused && !this.#ended.signal.aborted) video.play().catch(() => undefined);
  }

  /** Forget what was shown; only up to a keyframe, since browsers remove whole GOPs. */
  #trim(): void {
    const now = performance.now() / 1000;
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || now - this.#trimmed < TRIM_S) return;
    this.#trimmed = now;
    const until = this.#keys.findLast((key) => key < this.#video.currentTime - KEPT_S);
    if (until === undefined) return;
    this.#keys = this.#keys.filter((key) => key >= until);
    if (buffer.buffered.length && buffer.buffered.start(0) < until) buffer.remove(0, until);
  }

  #fail(sentence: string): void {
    if (!this.#ended.signal.aborted) this.#tell.failed(sentence);
  }
}

function joined(parts: readonly ArrayBuffer[]): ArrayBuffer {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.byteLength, 0));
  let at = 0;
  for (const bytes of parts) {
    all.set(new Uint8Array(bytes), at);
    at += bytes.byteLength;
  }
  return all.buffer;
}
