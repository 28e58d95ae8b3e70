import { expect, it } from "vitest";

import { type CameraSettings, isSize, plainly, sizeText, streamKeys, streamsOf } from "./camera";

it("streams are written as they are read", () => {
  const one = { url: "rtsp://h/1", streams: [] } as unknown as CameraSettings;
  expect(streamKeys(streamsOf(one))).toEqual({ url: "rtsp://h/1", streams: null });
  const two = [
    { name: "main", url: "rtsp://h/1", record: true },
    { name: "sub", url: "rtsp://h/2", record: false },
  ];
  expect(streamKeys(streamsOf({ url: null, streams: two } as unknown as CameraSettings))).toEqual({
    url: null,
    streams: two,
  });
  const unrecorded = [{ name: "main", url: "rtsp://h/1", record: false }];
  expect(streamKeys(unrecorded)).toEqual({ url: null, streams: unrecorded });
});

it("sizes are as one writes them", () => {
  expect([sizeText(2e9), sizeText(1.5e12), sizeText(null), sizeText(500)]).toEqual([
    "2GB",
    "1.5TB",
    "",
    "500B",
  ]);
  for (const good of ["", "200GB", "1.5 TB", "10gib", "500"]) expect(isSize(good)).toBe(true);
  for (const bad of ["0", "0GB", "lots", "-1GB", "1,5GB"]) expect(isSize(bad)).toBe(false);
});

it("refusals are told without their line in the file", () => {
  const told = "settings, line 15: cameras[0].analysis.fps: must be less than or equal to 30, not 99";
  expect(plainly(told)).toBe("analysis.fps: must be less than or equal to 30, not 99");
  expect(plainly("settings, line 3: cameras[2]: records sound")).toBe("records sound");
});
