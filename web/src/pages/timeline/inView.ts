/** What of the lanes lies in the view, for those who read it: gaps by time, events newest first. */
import type { CameraEvent } from "$lib/api/types";
import type { Gap } from "$lib/video/recorded/footage";

import type { View } from "./axis";
import type { Lane } from "./lanes";

export interface InView {
  gaps: { camera: string; gap: Gap }[];
  events: CameraEvent[];
}

export function inView(lanes: readonly Lane[], view: View): InView {
  const gaps = lanes.flatMap(({ camera, footage }) =>
    (footage?.gaps ?? [])
      .filter((gap) => gap.to > view.from && gap.from < view.to)
      .map((gap) => ({ camera, gap })),
  );
  const events = lanes.flatMap((lane) =>
    lane.events.filter(({ time }) => Date.parse(time) >= view.from && Date.parse(time) < view.to),
  );
  return {
    gaps: gaps.sort((a, b) => a.gap.from - b.gap.from),
    events: events.sort((a, b) => b.seq - a.seq),
  };
}
