/** A camera's figures, as its analyser tells them. */
import type { Camera } from "$lib/api/types";
import { text } from "$lib/text";
import { percent } from "$lib/text/amounts";
import { lasting } from "$lib/time/spans";

import { tenth } from "./processes";

interface Told {
  got_fps?: unknown;
  lag_s?: unknown;
  tracks?: unknown;
  gate?: { state?: unknown; share_asleep?: unknown };
}

/** Name and value; none where nobody looks. */
export function figuresOf(camera: Camera): [string, string][] {
  const told = camera.state.analysis as Told | null;
  if (!camera.enabled || !told) return [];
  const say = text.system.health.figures;
  const found: [string, string][] = [];
  const asleep = told.gate?.share_asleep;
  if (String(told.gate?.state).startsWith("asleep")) found.push([say.rate, say.asleep]);
  else if (typeof told.got_fps === "number") found.push([say.rate, say.rateIs(tenth(told.got_fps))]);
  if (typeof told.lag_s === "number") found.push([say.lag, short(told.lag_s)]);
  if (typeof told.tracks === "number") found.push([say.tracks, String(told.tracks)]);
  if (typeof asleep === "number") found.push([say.slept, percent(asleep)]);
  return found;
}

/** "0.1 s" where seconds are too coarse. */
export const short = (seconds: number): string => (seconds < 9.95 ? `${tenth(seconds)} s` : lasting(seconds));
