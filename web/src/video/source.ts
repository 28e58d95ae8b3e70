/** Media Source Extensions, by whichever name this browser has them; undefined: not at all. */

export const Source =
  (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? globalThis.MediaSource;
