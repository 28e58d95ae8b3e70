/** What the server says on a live connection (`web/live/messages.py`). */

export interface Opened {
  is: "opened";
  stream: string;
  type: string;
  width: number;
  height: number;
  /** UTC in ms of media time 0, and the media time (s) from which that holds. */
  zero_ms: number;
  from_s: number;
}

export type LiveTold =
  | Opened
  | { is: "lost"; sentence: string; reason?: string; since?: string }
  | { is: "refused"; sentence: string }
  | { is: "instead"; sentence: string; stream: string }
  | { is: "skipped" }
  | { is: "alive" };

/** What stands before the camera now, as the analysis sees it. */
export interface TracksTold {
  is: "tracks";
  utc_ms: number;
  ids: number[];
  labels: string[];
  /** x0 y0 x1 y1, 0..1 of the picture. */
  boxes: [number, number, number, number][];
  seen: boolean[];
}
