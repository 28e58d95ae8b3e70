// What the fragments in a message say of their pictures. One picture each, always the same layout
// (web/live/fragments.py): the decoding time stands at byte 60, flags and shift of the picture at
// 96 and 100, and the picture's box follows at 104.

const MOOF = 104;
const CLOCK = 90000;

/** The pictures in `bytes` (ArrayBuffer): media time in s, and whether a decoder can begin there. */
export function pictures(bytes) {
  const view = new DataView(bytes);
  const found = [];
  for (let at = 0; at + MOOF + 8 <= bytes.byteLength; at += MOOF + view.getUint32(at + MOOF)) {
    const ticks = Number(view.getBigUint64(at + 60)) + view.getInt32(at + 100);
    found.push({ at: ticks / CLOCK, key: view.getUint32(at + 96) === 0x02000000 });
  }
  return found;
}
