/** A camera's settings as the API gives and takes them. */
import { api, ask } from "$lib/api/client";
import { cameras } from "$lib/state/cameras.svelte";

import type { Ring } from "../masks/ring";

export interface Stream {
  name: string;
  /** Its password is hidden. */
  url: string;
  record: boolean;
}

export const GATES = ["auto", "sizes", "pixels", "always"] as const;
export type Gate = (typeof GATES)[number];

export interface CameraSettings {
  name: string;
  url: string | null;
  streams: Stream[];
  enabled: boolean;
  audio: "off" | "record";
  audio_purpose: string | null;
  retention: { days: number | null; size: number | null };
  purpose: string | null;
  masks: Ring[];
  analysis: {
    enabled: boolean;
    stream: string | null;
    motion_stream: string | null;
    fps: number;
    gate: Gate;
  };
}

export type Keys = Record<string, unknown>;

export async function settingsOf(camera: string, signal?: AbortSignal): Promise<CameraSettings> {
  const path = { params: { path: { camera } }, signal };
  return (await ask(api.GET("/api/cameras/{camera}/settings", path))) as unknown as CameraSettings;
}

/** Some keys of them; null removes one. */
export async function change(camera: string, keys: Keys): Promise<void> {
  await ask(api.PATCH("/api/cameras/{camera}/settings", { params: { path: { camera } }, body: keys }));
  await cameras.refresh();
}

export async function remove(camera: string): Promise<void> {
  await ask(api.DELETE("/api/cameras/{camera}", { params: { path: { camera } } }));
  await cameras.refresh();
}

/** Its streams, however they are written. */
export function streamsOf(settings: CameraSettings): Stream[] {
  if (settings.url !== null) return [{ name: "main", url: settings.url, record: true }];
  return settings.streams.map((stream) => ({ ...stream }));
}

/** The keys that make these its streams: one recorded `main` is an address alone. */
export function streamKeys(streams: readonly Stream[]): Keys {
  const [only] = streams;
  const isPlain = streams.length === 1 && only?.name === "main" && only.record;
  return isPlain ? { url: only.url, streams: null } : { url: null, streams };
}

const UNITS = [
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

/** Bytes as one writes them: 200GB, 1.5TB. */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return "";
  const [unit, size] = UNITS.find(([, least]) => bytes >= least) ?? ["B", 1];
  return `${Number((bytes / size).toFixed(3))}${unit}`;
}

/** Whether it is a size, or empty. */
export function isSize(typed: string): boolean {
  return (
    /^\s*$|^\s*\d+(\.\d+)?\s*(b|[kmgtp]i?b)?\s*$/i.test(typed) && !/^\s*0+(\.0*)?\s*[a-z]*$/i.test(typed)
  );
}

/** What a refusal says of the camera, without the place in the settings file. */
export function plainly(sentence: string): string {
  return sentence.replace(/^settings, line \d+: /, "").replace(/^cameras\[\d+\]\.?:? ?/, "");
}
