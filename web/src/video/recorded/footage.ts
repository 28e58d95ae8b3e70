/** What there is of a camera: when it was recorded, why not, and in which formats. */
import type { components } from "$lib/api/schema";
import { rfc3339 } from "$lib/time/spans";

import { joined, type Span, spanAt, within } from "./spans";

type Told = components["schemas"]["StreamRecordings"];

const SLIVER_MS = 500; // a gap so short is no gap to those who look

export interface Gap {
  from: number;
  to: number;
  reason: string;
  sentence: string;
}

interface Format {
  from: number;
  to: number;
  codec: string;
}

export class Footage {
  constructor(
    readonly stream: string,
    /** On the disk. */
    readonly recorded: readonly Span[],
    readonly gaps: readonly Gap[],
    readonly formats: readonly Format[],
    /** Until when it was recorded, also what is not on the disk yet. */
    readonly until = 0,
  ) {}

  /** Whether it can be film (MJPEG cannot). */
  isFilm(at: number): boolean {
    const format = this.formats.find((one) => at < one.to) ?? this.formats.at(-1);
    return format?.codec !== "mjpeg";
  }

  gapAt(at: number): Gap | null {
    return this.gaps.find((gap) => at >= gap.from && at < gap.to) ?? null;
  }

  /** Recorded, and not on the disk yet. */
  isSoon(at: number): boolean {
    return at < this.until && at >= (this.recorded.at(-1)?.[1] ?? Infinity);
  }

  isRecorded(at: number): boolean {
    return spanAt(this.recorded, at) !== null;
  }
}

/** The stream that was recorded most; the first one if none was. */
export function footageOf(streams: readonly Told[]): Footage {
  const found = streams.map(read);
  const length = (one: Footage): number => one.recorded.reduce((sum, [from, to]) => sum + to - from, 0);
  const [most] = found.sort((a, b) => length(b) - length(a));
  return most ?? new Footage("main", [], [], []);
}

function read(told: Told): Footage {
  const formats = told.formats.map((one) => ({
    from: Date.parse(one.from),
    to: Date.parse(one.to),
    codec: one.codec,
  }));
  const intervals = told.intervals.map((one) => ({
    ...one,
    from: Date.parse(one.from),
    to: Date.parse(one.to),
  }));
  const spans = intervals.filter((one) => one.recorded).map((one): Span => [one.from, one.to]);
  // What was recorded in the last seconds is not on the disk yet.
  const onDisk = Math.max(0, ...formats.map((one) => one.to));
  const recorded = within(joined(spans, SLIVER_MS), 0, onDisk);
  const gaps = intervals
    .filter((one) => !one.recorded && one.to - one.from > SLIVER_MS)
    .map(({ from, to, reason, sentence }) => ({ from, to, reason: reason ?? "", sentence }));
  return new Footage(told.stream, recorded, gaps, formats, spans.at(-1)?.[1] ?? 0);
}

const recordings = (camera: string): string => `/api/cameras/${encodeURIComponent(camera)}/recordings`;

export function filmPath(camera: string, stream: string, [from, to]: Span): string {
  const query = new URLSearchParams({ from: rfc3339(from), to: rfc3339(to), stream });
  return `${recordings(camera)}/media?${query.toString()}`;
}

export interface PictureWish {
  camera: string;
  stream: string;
  at: number;
  /** Pixels; as it was recorded if left out. */
  width?: number;
  /** Of the moment, not of the keyframe before it. */
  isExact?: boolean;
}

export function picturePath({ camera, stream, at, width, isExact }: PictureWish): string {
  const query = new URLSearchParams({ time: rfc3339(at), stream });
  if (width) query.set("width", `${width}`);
  if (isExact) query.set("exact", "true");
  return `${recordings(camera)}/keyframe?${query.toString()}`;
}
