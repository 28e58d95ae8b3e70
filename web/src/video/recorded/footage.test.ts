import { describe, expect, it } from "vitest";

import { filmPath, footageOf, picturePath } from "./footage";

const at = (second: number): string => new Date(1_800_000_000_000 + second * 1000).toISOString();
const ms = (second: number): number => 1_800_000_000_000 + second * 1000;
const stretch = (from: number, to: number, reason: string | null = null) => ({
  from: at(from),
  to: at(to),
  recorded: reason === null,
  reason,
  sentence: "",
});
const format = (from: number, to: number, codec: "h264" | "mjpeg" = "h264") => ({
  from: at(from),
  to: at(to),
  codec,
  width: 640,
  height: 360,
});

describe("what there is of a camera", () => {
  const main = {
    stream: "main",
    intervals: [
      stretch(0, 100),
      stretch(100, 100.1, "stalled"),
      stretch(100.1, 200),
      stretch(200, 260, "camera unreachable"),
      stretch(260, 400),
    ],
    formats: [format(0, 390)],
  };
  const sub = { stream: "sub", intervals: [stretch(0, 400, "disabled by owner")], formats: [] };

  it("is that of the stream that was recorded, up to what is on the disk", () => {
    const footage = footageOf([sub, main]);
    expect(footage.stream).toBe("main");
    expect(footage.recorded).toEqual([
      [ms(0), ms(200)],
      [ms(260), ms(390)],
    ]);
    expect(footage.isRecorded(ms(389))).toBe(true);
    expect(footage.isRecorded(ms(395))).toBe(false);
    expect(footage.isSoon(ms(395))).toBe(true);
    expect(footage.isSoon(ms(230))).toBe(false);
  });

  it("says why the rest is not; a moment's gap is none", () => {
    const footage = footageOf([main]);
    expect(footage.gaps).toHaveLength(1);
    expect(footage.gapAt(ms(230))?.reason).toBe("camera unreachable");
    expect(footage.gapAt(ms(100.05))).toBeNull();
  });

  it("knows where it is no film", () => {
    const footage = footageOf([{ ...main, formats: [format(0, 100, "mjpeg"), format(100, 390)] }]);
    expect(footage.isFilm(ms(50))).toBe(false);
    expect(footage.isFilm(ms(150))).toBe(true);
    expect(footageOf([]).recorded).toEqual([]);
  });
});

it("addresses say all in UTC, whatever cameras are called", () => {
  expect(filmPath("front door", "main", [0, 1000])).toBe(
    "/api/cameras/front%20door/recordings/media?from=1970-01-01T00%3A00%3A00.000Z&to=1970-01-01T00%3A00%3A01.000Z&stream=main",
  );
  const wish = { camera: "a", stream: "main", at: 0, width: 640, isExact: true };
  expect(picturePath(wish)).toContain("width=640&exact=true");
});
