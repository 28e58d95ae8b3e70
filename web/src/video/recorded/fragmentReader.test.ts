import { describe, expect, it } from "vitest";

import { FragmentReader, pictureBeside } from "./fragmentReader";

function box(kind: string, ...parts: (Uint8Array | number)[]): Uint8Array {
  const bodies = parts.map((part) => (typeof part === "number" ? word(part) : part));
  const size = 8 + bodies.reduce((sum, body) => sum + body.length, 0);
  return joined(word(size), new TextEncoder().encode(kind), ...bodies);
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** As the server makes them: ticks of 90 kHz; rows are duration and shift. */
function fragment(clock: number, rows: [duration: number, shift: number][]): Uint8Array {
  const table = rows.flatMap(([duration, shift]) => [word(duration), word(7), word(0), word(shift)]);
  const traf = box(
    "traf",
    box("tfhd", 0x020000, 1),
    box("tfdt", 0x01000000, 0, clock),
    box("trun", 0x01000f01, rows.length, 0, ...table),
  );
  return joined(box("moof", box("mfhd", 0, 1), traf), box("mdat", 1, 2, 3));
}

const head = joined(box("ftyp", 1), box("moov", 2, 3));

describe("a film that arrives in pieces", () => {
  const film = joined(head, fragment(9000, [[9000, 0], [9000, 0]]), fragment(27_000, [[9000, 9000], [9000, 0]])); // prettier-ignore

  it.each([1, 7, 64, 10_000])("is cut into whole fragments, %i bytes at a time", (size) => {
    const reader = new FragmentReader();
    const found = [];
    for (let at = 0; at < film.length; at += size) found.push(...reader.push(film.slice(at, at + size)));
    expect(found.map((piece) => piece.times)).toEqual([[], [100, 200], [400, 400]]);
    expect(joined(...found.map((piece) => piece.bytes))).toEqual(film);
  });

  it("keeps what is not whole", () => {
    const reader = new FragmentReader();
    expect(reader.push(film.slice(0, head.length + 30))).toHaveLength(1);
  });

  it("is refused when it is no film", () => {
    expect(() => new FragmentReader().push(new Uint8Array(16))).toThrow("damaged");
  });
});

describe("the picture beside", () => {
  const times = [0, 40, 80, 200];
  it("is the next or the one before, wherever within a picture one is", () => {
    expect(pictureBeside(times, 41, 1)).toBe(80);
    expect(pictureBeside(times, 79, -1)).toBe(0);
    expect(pictureBeside(times, 100, 1)).toBe(200);
  });
  it("is not known beyond what is buffered", () => {
    expect(pictureBeside(times, 201, 1)).toBeNull();
    expect(pictureBeside(times, 1, -1)).toBeNull();
    expect(pictureBeside([], 1, 1)).toBeNull();
  });
});
