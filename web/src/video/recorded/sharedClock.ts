/**
 * The one clock that all cameras of the view follow: which moment (UTC ms) is on the screens.
 *
 * It runs at a rate while it plays, and stands while somebody waits for pictures (`hold`), so that
 * the cameras stay in step with the slowest. `now` is any steady count of ms.
 */

export const RATES = [0.5, 1, 2, 4, 8, 16] as const;

export class SharedClock {
  #at: number;
  #since = 0;
  #playing = false;
  #held = false;
  #rate = 1;

  constructor(at: number) {
    this.#at = at;
  }

  get isPlaying(): boolean {
    return this.#playing;
  }

  /** Playing, and waiting for pictures. */
  get isHeld(): boolean {
    return this.#playing && this.#held;
  }

  get rate(): number {
    return this.#rate;
  }

  at(now: number): number {
    return this.#runs ? this.#at + (now - this.#since) * this.#rate : this.#at;
  }

  play(now: number): void {
    this.#set(now, () => (this.#playing = true));
  }

  pause(now: number): void {
    this.#set(now, () => (this.#playing = false));
  }

  /** Stand until `go`; what was asked for (to play) stays. */
  hold(now: number): void {
    this.#set(now, () => (this.#held = true));
  }

  go(now: number): void {
    this.#set(now, () => (this.#held = false));
  }

  setRate(rate: number, now: number): void {
    this.#set(now, () => (this.#rate = rate));
  }

  seek(at: number, now: number): void {
    this.#at = at;
    this.#since = now;
  }

  get #runs(): boolean {
    return this.#playing && !this.#held;
  }

  #set(now: number, change: () => void): void {
    this.#at = this.at(now);
    this.#since = now;
    change();
  }
}

/** The next faster (1) or slower (-1) rate. */
export function nextRate(rate: number, step: 1 | -1): number {
  const place = RATES.findIndex((one) => one >= rate);
  return RATES[Math.max(0, Math.min(RATES.length - 1, place + step))] ?? 1;
}
