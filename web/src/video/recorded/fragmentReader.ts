/**
 * Cuts a film that arrives in pieces into whole fragments, and tells when their pictures are.
 *
 * Whole fragments only go to the decoder, so that a film can be given up at any time; the times make
 * it possible to go on or back by exactly one picture. ISO/IEC 14496-12; our films have one track,
 * a clock of 90 kHz, and in each `trun` duration, size, flags and shift of every picture.
 */

const CLOCK = 90; // ticks per ms
const MOOV = 0x6d6f_6f76;
const MOOF = 0x6d6f_6f66;
const MDAT = 0x6d64_6174;
const TRAF = 0x7472_6166;
const TFDT = 0x7466_6474;
const TRUN = 0x7472_756e;

export interface Piece {
  bytes: Uint8Array<ArrayBuffer>;
  /** When its pictures are shown: ms from the film's beginning. */
  times: number[];
}

export class FragmentReader {
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();

  /** What of the film is whole now. */
  push(bytes: Uint8Array): Piece[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const view = new DataView(all.buffer);
    const found: Piece[] = [];
    let done = 0;
    let times: number[] = [];
    for (let at = 0; at + 8 <= all.length;) {
      const size = view.getUint32(at);
      if (size < 8) throw new Error("the film is damaged");
      const end = at + size;
      if (end > all.length) break;
      const kind = view.getUint32(at + 4);
      if (kind === MOOF) times = pictureTimes(view, at, end);
      if (kind === MDAT || kind === MOOV) {
        found.push({ bytes: all.slice(done, end), times });
        times = [];
        done = end;
      }
      at = end;
    }
    this.#rest = all.slice(done);
    return found;
  }
}

function pictureTimes(view: DataView, from: number, to: number): number[] {
  const found: number[] = [];
  for (const [traf, end] of boxes(view, from + 8, to, TRAF)) {
    const [tfdt] = boxes(view, traf + 8, end, TFDT);
    if (!tfdt) continue;
    let clock = Number(view.getBigUint64(tfdt[0] + 12));
    for (const [trun] of boxes(view, traf + 8, end, TRUN)) {
      const count = view.getUint32(trun + 12);
      for (let row = 0; row < count; row++) {
        const at = trun + 20 + 16 * row;
        found.push((clock + view.getInt32(at + 12)) / CLOCK);
        clock += view.getUint32(at);
      }
    }
  }
  return found;
}

function boxes(view: DataView, from: number, to: number, kind: number): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at);
    if (size < 8) break;
    if (view.getUint32(at + 4) === kind) found.push([at, at + size]);
    at += size;
  }
  return found;
}

/** The picture that is `steps` after (before, if negative) the one shown at `at`; null: not known. */
export function pictureBeside(times: readonly number[], at: number, steps: 1 | -1): number | null {
  const here = times.findLastIndex((time) => time <= at + 0.5);
  if (here < 0) return null;
  return times[here + steps] ?? null;
}
