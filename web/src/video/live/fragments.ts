/**
 * What the fragments in a message say of their pictures. One picture each, always the same layout
 * (the server's `web/live/fragments.py`): the decoding time stands at byte 60, flags and shift of the
 * picture at 96 and 100, and the picture's box follows at 104.
 */

const MOOF = 104;
const CLOCK = 90_000;
const KEYFRAME = 0x0200_0000;

export interface Shown {
  /** Media time in s. */
  at: number;
  /** Whether a decoder can begin there. */
  key: boolean;
}

export function pictures(bytes: ArrayBuffer): Shown[] {
  const view = new DataView(bytes);
  const found: Shown[] = [];
  for (let at = 0; at + MOOF + 8 <= bytes.byteLength; at += MOOF + view.getUint32(at + MOOF)) {
    const ticks = Number(view.getBigUint64(at + 60)) + view.getInt32(at + 100);
    found.push({ at: ticks / CLOCK, key: view.getUint32(at + 96) === KEYFRAME });
  }
  return found;
}
