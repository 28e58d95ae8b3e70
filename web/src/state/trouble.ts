/** What is wrong with the site, out of what the pages know of it anyway: a sentence each, the worst first. */
import type { Camera } from "$lib/api/types";
import { text } from "$lib/text";
import { clockTime } from "$lib/time/spans";

import type { Storage, System } from "./site.svelte";

export interface Trouble {
  /** The view of the system that says more. */
  view: "cameras" | "storage" | "processes";
  tone: "wait" | "bad";
  says: string;
}

export interface Known {
  cameras: readonly Camera[];
  storage?: Storage | undefined;
  system?: System | undefined;
}

/** What falls short of it by less is the disk's breath, not a defect. */
const ROOM = 0.9;

const STARTS_MS = 120_000;

const bare = (sentence: string): string => sentence.replace(/\.$/, "");

export function troubles({ cameras, storage, system }: Known, now = Date.now()): Trouble[] {
  const found = [
    ...cameras.flatMap(ofCamera),
    ...(storage ? ofStorage(storage) : []),
    ...(system ? ofProcesses(system, now) : []),
  ];
  return found.sort((one, other) => Number(other.tone === "bad") - Number(one.tone === "bad"));
}

/** The graver of two tones, for a badge. */
export function worst(found: readonly Trouble[]): Trouble["tone"] | null {
  return found[0]?.tone ?? null;
}

/** Whether a process that is silent was begun a moment ago: models take their time to load. */
export function isStarting(processes: System["processes"], name: string, now: number): boolean {
  const supervisor = processes.find((one) => one.process === "supervisor");
  const process = processes.find((one) => one.process === name);
  if (!supervisor?.alive || !process || process.alive) return false;
  const parts = supervisor.facts.parts as Record<string, { since_ns?: unknown }> | undefined;
  const since = Number(parts?.[name]?.since_ns) / 1e6; // NaN where it says nothing
  return since > Date.parse(process.told) && now - since < STARTS_MS;
}

function ofCamera(camera: Camera): Trouble[] {
  if (!camera.enabled || !camera.streams.some((stream) => stream.recorded)) return [];
  const { recording } = camera.state;
  const { notRecorded, unheard } = text.system.trouble;
  if (recording.length === 0) return [{ view: "cameras", tone: "wait", says: unheard(camera.name) }];
  const missing = recording.find((stream) => !stream.recording);
  if (!missing) return [];
  const why = bare(missing.reason ?? missing.sentence);
  return [{ view: "cameras", tone: "bad", says: notRecorded(camera.name, why) }];
}

function ofStorage({ volumes, cameras }: Storage): Trouble[] {
  const { gone, tooFull, shorter } = text.system.trouble;
  const found: Trouble[] = [];
  for (const volume of volumes) {
    if (!volume.in_settings) continue;
    if (!volume.present) found.push({ view: "storage", tone: "bad", says: gone(volume.path) });
    else if ((volume.free ?? 0) < ROOM * (volume.reserve ?? 0))
      found.push({ view: "storage", tone: "bad", says: tooFull(volume.path) });
  }
  for (const camera of cameras) {
    const isPromised = camera.retention_days !== null || camera.retention_size !== null;
    if (camera.held_by !== "disk" || !isPromised || camera.keeps_days === null) continue;
    const says = shorter(camera.camera, text.system.storage.days(camera.keeps_days));
    found.push({ view: "storage", tone: "wait", says });
  }
  return found;
}

function ofProcesses({ processes }: System, now: number): Trouble[] {
  return processes.flatMap(({ process, alive, told, facts }): Trouble[] => {
    const { silent } = text.system.trouble;
    if (isStarting(processes, process, now)) return [];
    if (!alive) return [{ view: "processes", tone: "bad", says: silent(process, clockTime(told)) }];
    const problems: unknown[] = Array.isArray(facts.problems) ? facts.problems : [];
    return problems
      .filter((problem) => typeof problem === "string")
      .map((problem) => ({ view: "processes", tone: "bad", says: `${process}: ${problem}` }));
  });
}
