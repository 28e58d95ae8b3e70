/** An export from the wish to the movie: asked for, looked after until it is done or failed. */
import { api, ask } from "$lib/api/client";
import type { components } from "$lib/api/schema";
import { rfc3339 } from "$lib/time/spans";
import type { Span } from "$lib/video/recorded/spans";

type Export = components["schemas"]["ExportOut"];

const AGAIN_MS = 1000;

export class Exporting {
  job = $state<Export | null>(null);
  problem = $state<string | null>(null);
  busy = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  async start(camera: string, [from, to]: Span): Promise<void> {
    this.busy = true;
    this.problem = null;
    try {
      const body = { camera, from: rfc3339(from), to: rfc3339(to) };
      this.job = await ask(api.POST("/api/exports", { body }));
      this.#later();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  get isUnderWay(): boolean {
    return this.job?.state === "waiting" || this.job?.state === "running";
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.job = null;
    this.problem = null;
  }

  #later(): void {
    if (this.isUnderWay) this.#timer = setTimeout(() => void this.#look(), AGAIN_MS);
  }

  async #look(): Promise<void> {
    const job = this.job;
    if (!job) return;
    try {
      const params = { path: { export: job.id } };
      const now = await ask(api.GET("/api/exports/{export}", { params }));
      if (this.job?.id === job.id) this.job = now;
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
    this.#later();
  }
}

export const fileOf = (job: Export, name: string): string =>
  `/api/exports/${encodeURIComponent(job.id)}/files/${encodeURIComponent(name)}`;
