/** Where the ground lies in a camera's picture: points, their metres, and what the server makes of them. */
import { api, ask } from "$lib/api/client";
import type { components } from "$lib/api/schema";
import type { Point } from "$lib/scene/rules";

import { middle, round } from "./points";

type Told = components["schemas"]["GroundCheck"];
type Points = components["schemas"]["Calibration"];
export type GroundCheck = Omit<Told, "grid" | "horizon"> & {
  grid: { axis: string; metres: number; points: number[][] }[];
  horizon: number[][] | null;
};

export interface Mark {
  image: Point;
  /** Metres: to the right, away. */
  ground: Point;
}

const SOON_MS = 250;
export const FEWEST = 4;

/** A trapezium of 5 by 5 m, as a camera on a wall sees it. */
export const USUAL: readonly Mark[] = [
  { image: [0.25, 0.85], ground: [0, 0] },
  { image: [0.75, 0.85], ground: [5, 0] },
  { image: [0.65, 0.5], ground: [5, 5] },
  { image: [0.35, 0.5], ground: [0, 5] },
];

/** One point more: amid the others, so that none is where another is. */
export function withMore(marks: readonly Mark[]): Mark[] {
  const mean = (axis: 0 | 1): number =>
    round(marks.reduce((sum, mark) => sum + mark.ground[axis], 0) / Math.max(1, marks.length));
  const at = marks.length > 0 ? middle(marks.map((mark) => mark.image)) : ([0.5, 0.5] as Point);
  return [...marks, { image: [round(at[0]), round(at[1])], ground: [mean(0), mean(1)] }];
}

export class GroundDraft {
  marks = $state.raw<Mark[]>([]);
  saved = $state.raw<Mark[]>([]);
  check = $state.raw<GroundCheck | null>(null);
  problem = $state<string | null>(null);
  known = $state(false);
  readonly isDirty = $derived(JSON.stringify(this.marks) !== JSON.stringify(this.saved));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(readonly camera: string) {}

  async load(): Promise<void> {
    if (this.known) return;
    const told = await ask(
      api.GET("/api/cameras/{camera}/calibration", { params: { path: { camera: this.camera } } }),
    );
    const found = told.calibration as unknown as { image: Point[]; ground: Point[] } | null;
    this.saved = found ? found.image.map((image, n) => ({ image, ground: found.ground[n] ?? [0, 0] })) : [];
    this.marks = this.saved;
    this.check = told.check as unknown as GroundCheck | null;
    this.known = true;
  }

  put(marks: Mark[]): void {
    this.marks = marks;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), SOON_MS);
  }

  async save(): Promise<void> {
    const params = { path: { camera: this.camera } };
    await ask(api.PUT("/api/cameras/{camera}/calibration", { params, body: this.#body() }));
    this.saved = this.marks;
  }

  async forget(): Promise<void> {
    const params = { path: { camera: this.camera } };
    await ask(api.DELETE("/api/cameras/{camera}/calibration", { params }));
    this.saved = [];
    this.marks = [];
    this.check = null;
  }

  async #look(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    if (this.marks.length < FEWEST) {
      this.check = null;
      return;
    }
    try {
      const params = { path: { camera: this.camera } };
      const told = await ask(
        api.POST("/api/cameras/{camera}/calibration/check", { params, body: this.#body() }),
      );
      if (turn !== this.#turn) return;
      this.check = told as unknown as GroundCheck;
      this.problem = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.check = null;
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #body(): Points {
    const told = {
      image: this.marks.map((mark) => mark.image),
      ground: this.marks.map((mark) => mark.ground),
    };
    return told as unknown as Points;
  }
}
