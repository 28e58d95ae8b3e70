/** What plays: the moment on the screens, at which rate, and each camera's film in step with it. */
import { SvelteMap } from "svelte/reactivity";

import { type Footage, type Gap } from "$lib/video/recorded/footage";
import { Reel, type Standing } from "$lib/video/recorded/reel";
import { SharedClock } from "$lib/video/recorded/sharedClock";
import { joined, nextIn, spanAt } from "$lib/video/recorded/spans";

const SAID_MS = 6_000; // what was jumped over
const LAST_MS = 100; // before the end of what is recorded there is still a picture
const PATIENCE_MS = 8_000; // then the others go on without a camera that has no pictures

export interface Skipped {
  from: number;
  to: number;
  gap: Gap | null;
}

export class Deck {
  /** UTC ms. */
  at = $state(0);
  isPlaying = $state(false);
  isHeld = $state(false);
  isScrubbing = $state(false);
  rate = $state(1);
  /** Rises when a moment was chosen. */
  seeks = $state(0);
  /** What was jumped over last while it played. */
  skipped = $state<Skipped | null>(null);
  isAtEnd = $state(false);
  readonly standings = new SvelteMap<string, Standing>();
  readonly problems = new SvelteMap<string, string>();

  readonly #footage: (camera: string) => Footage | null;
  readonly #clock: SharedClock;
  // Nothing watches it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #reels = new Map<string, Reel>();
  #frame = 0;
  #heldSince = 0;
  #skippedAt = 0;

  constructor(at: number, footage: (camera: string) => Footage | null) {
    this.at = at;
    this.#clock = new SharedClock(at);
    this.#footage = footage;
  }

  /** Shows a camera in an element until the answer is called. */
  attach(camera: string, video: HTMLVideoElement): () => void {
    const reel = new Reel(video, camera);
    this.#reels.set(camera, reel);
    this.standings.set(camera, "waiting");
    this.wake();
    return () => {
      reel.close();
      this.#reels.delete(camera);
      this.standings.delete(camera);
    };
  }

  play(): void {
    this.isAtEnd = false;
    this.#clock.play(performance.now());
    this.isPlaying = true;
    this.wake();
  }

  pause(): void {
    this.#clock.pause(performance.now());
    this.isPlaying = false;
    this.skipped = null;
    this.#tell();
    this.wake();
  }

  setRate(rate: number): void {
    this.#clock.setRate(rate, performance.now());
    this.rate = rate;
    this.wake();
  }

  seek(at: number): void {
    this.#clock.seek(at, performance.now());
    for (const reel of this.#reels.values()) reel.seek();
    this.skipped = null;
    this.isAtEnd = false;
    this.#heldSince = performance.now();
    this.seeks += 1;
    this.at = at;
    this.wake();
  }

  /** The pointer is at this moment; film waits until `scrubbed`. */
  scrub(at: number): void {
    this.isScrubbing = true;
    this.#clock.seek(at, performance.now());
    this.at = at;
  }

  scrubbed(): void {
    if (!this.isScrubbing) return;
    this.isScrubbing = false;
    this.seek(this.at);
  }

  /** One picture on or back, of the first camera that has one. */
  step(by: 1 | -1): void {
    if (this.isPlaying) this.pause();
    for (const reel of this.#reels.values()) {
      const beside = reel.beside(this.at, by);
      if (beside !== null) {
        this.seek(Math.ceil(beside) + 1); // a moment within the picture
        return;
      }
    }
    this.seek(this.at + by * 40);
  }

  wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#tick());
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
    for (const reel of this.#reels.values()) reel.close();
  }

  #tick(): void {
    this.#frame = 0;
    if (!this.isScrubbing) this.#follow();
    const isMoving = this.#clock.isPlaying || [...this.standings.values()].includes("waiting");
    if (isMoving || this.isScrubbing) this.wake();
  }

  #follow(): void {
    const now = performance.now();
    if (this.skipped && now - this.#skippedAt > SAID_MS) this.skipped = null;
    const at = this.#clock.at(now);
    const said: Standing[] = [];
    for (const [camera, reel] of this.#reels) {
      const footage = this.#footage(camera);
      if (!footage) {
        said.push("waiting");
        continue;
      }
      const { rate, isPlaying, isHeld } = this.#clock;
      const standing = reel.follow({ at, rate, isPlaying, isHeld, footage });
      said.push(standing);
      if (this.standings.get(camera) !== standing) this.standings.set(camera, standing);
      if (reel.problem) this.problems.set(camera, reel.problem);
      else this.problems.delete(camera);
    }
    if (this.#clock.isPlaying) this.#decide(at, said, now);
    this.#tell();
  }

  /** Wait for pictures, jump over what nobody recorded, or go on. */
  #decide(at: number, said: readonly Standing[], now: number): void {
    if (said.length > 0 && said.every((one) => one === "gap")) {
      this.#jump(at);
      return;
    }
    if (!said.includes("waiting")) this.#heldSince = now;
    const isLate = now - this.#heldSince > PATIENCE_MS && said.includes("shown");
    if (said.includes("waiting") && !isLate) this.#clock.hold(now);
    else this.#clock.go(now);
  }

  #jump(at: number): void {
    const all = [...this.#reels.keys()].map((camera) => this.#footage(camera));
    const recorded = joined(all.flatMap((one) => one?.recorded ?? []));
    const next = nextIn(recorded, at);
    if (next === null || spanAt(recorded, at)) {
      const end = recorded.at(-1)?.[1];
      if (end !== undefined && end < at) this.seek(end - LAST_MS);
      this.pause();
      this.isAtEnd = next === null;
      return;
    }
    const gap = all.map((one) => one?.gapAt(at) ?? null).find((one) => one !== null) ?? null;
    this.seek(next);
    this.skipped = { from: gap?.from ?? at, to: next, gap };
    this.#skippedAt = performance.now();
  }

  #tell(): void {
    this.at = this.#clock.at(performance.now());
    this.isPlaying = this.#clock.isPlaying;
    this.isHeld = this.#clock.isHeld;
  }
}
