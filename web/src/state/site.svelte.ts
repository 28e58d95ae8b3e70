/** How the site is: its mode, its processes, its disks; each is asked for by who may know it. */
import { api, ask } from "$lib/api/client";
import type { components } from "$lib/api/schema";

import { Polled } from "./polled.svelte";

type Schemas = components["schemas"];
export type Mode = Schemas["ModeOut"];
export type System = Schemas["System"];
export type Storage = Schemas["StorageOut"];

export const mode = new Polled<Mode>(() => ask(api.GET("/api/mode")));
export const system = new Polled<System>(() => ask(api.GET("/api/system")));
export const storage = new Polled<Storage>(() => ask(api.GET("/api/storage")));

/** Chooses the arming mode of the site. */
export async function chooseMode(wanted: string): Promise<void> {
  mode.put(await ask(api.PUT("/api/mode", { body: { mode: wanted } })));
}
