import { describe, expect, it } from "vitest";

import { daysFlaw, mayNeedLogin, nameFlaw, shortOf, spanOf, splitLogin, suggestName } from "./words";

describe("addresses", () => {
  it("give up their user and password", () => {
    expect(splitLogin(" rtsp://admin:p%40ss@192.0.2.7:554/s?x=1#y ")).toEqual({
      url: "rtsp://192.0.2.7:554/s?x=1#y",
      user: "admin",
      password: "p@ss",
    });
    expect(splitLogin("rtsp://admin:a@b:c@192.0.2.7/s")).toMatchObject({
      url: "rtsp://192.0.2.7/s",
      password: "a@b:c",
    });
    expect(splitLogin("rtsp://ann@h/s")).toEqual({ url: "rtsp://h/s", user: "ann", password: "" });
    expect(splitLogin("rtsp://h/s@2").user).toBe("");
    expect(splitLogin("rtsp://a:100%@h/").password).toBe("100%");
    expect(splitLogin("192.0.2.7")).toEqual({ url: "192.0.2.7", user: "", password: "" });
  });

  it("of files and USB have none", () => {
    expect(mayNeedLogin("file:///videos/yard.mp4")).toBe(false);
    expect(mayNeedLogin("v4l2:///dev/video0")).toBe(false);
    expect(mayNeedLogin("192.0.2.7")).toBe(true);
  });

  it("have a short word", () => {
    expect(shortOf("onvif://192.0.2.7:80/onvif/device_service")).toBe("192.0.2.7:80");
    expect(shortOf("file:///videos/back%20yard.mp4")).toBe("back yard.mp4");
    expect(shortOf("file:///videos/yard/")).toBe("yard");
    expect(shortOf("192.0.2.7")).toBe("192.0.2.7");
  });
});

describe("names", () => {
  it("are made of what the camera says of itself, and are free", () => {
    expect(suggestName(["IPCAM", "Haustür links"], [])).toBe("haustur-links");
    expect(suggestName(["back yard.mp4"], ["back-yard"])).toBe("back-yard-2");
    expect(suggestName(["", "IP Camera 2"], [])).toBe("camera");
    expect(suggestName(["add"], [])).toBe("add-2");
    const long = suggestName(["x".repeat(90)], ["x".repeat(48)]);
    expect(long).toHaveLength(48);
    expect(nameFlaw(long, [])).toBeNull();
  });

  it("are folders", () => {
    expect(nameFlaw("", [])).toBe("nameMissing");
    for (const name of ["Door", "-door", "a b", "../x", "x".repeat(49)])
      expect(nameFlaw(name, [])).toBe("nameWrong");
    expect(nameFlaw("yard", ["yard"])).toBe("nameTaken");
    expect(nameFlaw("yard_2", ["yard"])).toBeNull();
  });
});

it("days are a number, spans are two units", () => {
  expect([daysFlaw(14), daysFlaw(0), daysFlaw(null), daysFlaw(Number.NaN)]).toEqual([
    null,
    "daysWrong",
    "daysWrong",
    "daysWrong",
  ]);
  expect([spanOf(-200), spanOf(3), spanOf(90_061), spanOf(0)]).toEqual([
    "3 min 20 s",
    "3 s",
    "1 d 1 h",
    "0 s",
  ]);
});
