/** What is to be noticed in front of each camera: its rules, asked for now and then. */
import { SvelteMap } from "svelte/reactivity";

import { api, ask } from "$lib/api/client";
import type { Point, Rule, Scene } from "$lib/scene/rules";

const KEPT_MS = 20_000; // rules change seldom, but they do
const NOTHING: Scene = { classes: [], rules: [] };

class Scenes {
  readonly #known = new SvelteMap<string, Scene>();
  readonly #asked = new Map<string, { at: number; scene: Promise<Scene> }>();

  /** As it was told last; asks for it if that was long ago. Without rules until it is told. */
  of(camera: string): Scene {
    return this.#known.get(camera) ?? NOTHING;
  }

  /** As the settings say, 20 s old at most; without rules where one may not know. */
  async load(camera: string, isFresh = false): Promise<Scene> {
    const before = this.#asked.get(camera);
    if (!isFresh && before && Date.now() - before.at < KEPT_MS) return before.scene;
    const scene = this.#load(camera);
    this.#asked.set(camera, { at: Date.now(), scene });
    return scene;
  }

  rule(camera: string, id: string): Rule | undefined {
    return this.of(camera).rules.find((rule) => rule.id === id);
  }

  async #load(camera: string): Promise<Scene> {
    try {
      const told = await ask(api.GET("/api/cameras/{camera}/rules", { params: { path: { camera } } }));
      const scene = told as unknown as Scene;
      this.#known.set(camera, scene);
      return scene;
    } catch {
      this.#asked.delete(camera);
      return this.of(camera);
    }
  }
}

export type { Point };
export const scenes = new Scenes();
