/**
 * Where the player should be: as near to the newest picture as the network allows.
 *
 * A picture of media time p that arrives at a has the delay a - p. Who plays at `now - D`, with D
 * the longest delay of late, has every picture just in time. D follows the network: a few seconds
 * of late pictures make it longer, ten good seconds shorter again. All times are in seconds.
 */

const WINDOW_S = 10;
const MARGIN_S = 0.04; // for the decoder
const MOST_S = 0.8; // beyond the shortest delay: later pictures are not waited for
const JUMP_S = 1.0; // from here on a jump is better than to hurry
const CALM_S = 0.025; // nearer than this is good enough
const OTHER_S = 5; // a delay that changes so much is another clock

export class Clock {
  #delays: [moment: number, delay: number][] = [];
  #greeted = false;

  /** A picture of media time `at` arrived at `now`. */
  arrived(at: number, now: number): void {
    // What one is greeted with may be as old as pictures are far apart: it counts until the next.
    if (this.#delays.length > 0 && !this.#greeted) {
      this.#greeted = true;
      this.#delays = [];
    }
    const delay = now - at;
    const last = this.#delays.at(-1);
    // Other times altogether: the camera was away, or the clock was set.
    if (last && Math.abs(delay - last[1]) > OTHER_S) this.#delays = [];
    this.#delays.push([now, delay]);
    const oldest = this.#delays.findIndex(([moment]) => now - moment <= WINDOW_S);
    if (oldest > 0) this.#delays.splice(0, oldest);
  }

  /** The media time that should be on the screen at `now`. */
  wanted(now: number): number {
    let shortest = Infinity;
    let longest = -Infinity;
    for (const [, delay] of this.#delays) {
      shortest = Math.min(shortest, delay);
      longest = Math.max(longest, delay);
    }
    return now - Math.min(longest, shortest + MOST_S) - MARGIN_S;
  }

  /** What to do when `position` is on the screen: how fast to play, or null to jump. */
  rate(position: number, now: number): number | null {
    const behind = this.wanted(now) - position;
    if (Math.abs(behind) > JUMP_S) return null;
    if (Math.abs(behind) < CALM_S) return 1;
    return 1 + Math.max(-0.2, Math.min(0.25, behind * 0.6));
  }
}
