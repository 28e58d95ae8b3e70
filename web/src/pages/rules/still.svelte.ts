/** A still picture of a camera to draw on: of now, or the last recorded one. */
import { rfc3339 } from "$lib/time/spans";

const WIDE = 1600;

export class Still {
  /** Address of the picture; null: there is none. */
  src = $state<string | null>(null);
  /** Of when it is, RFC 3339. */
  at = $state<string | null>(null);
  busy = $state(false);
  missing = $state(false);

  constructor(readonly camera: string) {}

  /** Takes a new picture. */
  async take(): Promise<void> {
    this.busy = true;
    try {
      const found =
        (await this.#ask("")) ?? (await this.#ask(`&time=${encodeURIComponent(rfc3339(Date.now()))}`));
      this.missing = found === null;
      if (!found) return;
      const picture = await found.blob();
      if (this.src) URL.revokeObjectURL(this.src);
      this.src = URL.createObjectURL(picture);
      this.at = found.headers.get("x-time");
    } catch {
      this.missing = this.src === null;
    } finally {
      this.busy = false;
    }
  }

  drop(): void {
    if (this.src) URL.revokeObjectURL(this.src);
    this.src = null;
  }

  async #ask(more: string): Promise<Response | null> {
    const address = `/api/cameras/${encodeURIComponent(this.camera)}/snapshot?width=${WIDE}${more}`;
    const answer = await fetch(address, { signal: AbortSignal.timeout(20_000) });
    return answer.ok ? answer : null;
  }
}
