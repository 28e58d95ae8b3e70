/** How a disk is used, as parts of a bar. */
import type { Storage } from "$lib/state/site.svelte";

export type Volume = Storage["volumes"][number];

export interface Slice {
  what: "recordings" | "other" | "free" | "reserve";
  bytes: number;
  /** Of the disk, 0..1. */
  share: number;
}

/** Recordings, other data, free room, and the room that is never used; empty where the disk is not there. */
export function slices(volume: Volume): Slice[] {
  const { capacity, free } = volume;
  if (capacity === null || free === null || capacity <= 0) return [];
  const reserve = Math.min(volume.reserve ?? 0, free);
  const used = Math.max(0, capacity - free);
  const recordings = Math.min(volume.bytes, used);
  const parts = { recordings, other: used - recordings, free: free - reserve, reserve };
  return (["recordings", "other", "free", "reserve"] as const).map((what) => ({
    what,
    bytes: parts[what],
    share: parts[what] / capacity,
  }));
}

/** How a disk stands: what fills or is full is no fault, what is missing is. */
export function toneOf(volume: Volume): "good" | "wait" | "bad" | "plain" {
  if (!volume.present) return volume.in_settings ? "bad" : "plain";
  return { idle: "plain", held: "good", fills: "wait", full: "wait", missing: "bad" }[volume.outcome] as
    "good" | "wait" | "bad" | "plain";
}
