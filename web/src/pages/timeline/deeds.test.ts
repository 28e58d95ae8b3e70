import { describe, expect, it } from "vitest";

import { addressOf, placeOf } from "./address";
import { dateOf, onDay, otherDay } from "./days";
import { deedOf } from "./keys";
import { dragged, marked, UNMARKED, whole } from "./range";

const key = (name: string, more: object = {}) => ({
  key: name,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

describe("keys", () => {
  it("do their deeds", () => {
    expect(deedOf(key(" "), "strip")).toBe("play");
    expect(deedOf(key("ArrowLeft"), "strip")).toBe("back");
    expect(deedOf(key("ArrowLeft", { shiftKey: true }), "strip")).toBe("farBack");
    expect(deedOf(key("i"), "strip")).toBe("markIn");
    expect(deedOf(key("q"), "strip")).toBeNull();
  });

  it("are left to buttons, fields and the browser", () => {
    expect(deedOf(key(" "), "button")).toBeNull();
    expect(deedOf(key("."), "button")).toBe("pictureOn");
    expect(deedOf(key("i"), "field")).toBeNull();
    expect(deedOf(key("s", { ctrlKey: true }), "strip")).toBeNull();
  });
});

describe("the marked range", () => {
  it("is whole with both ends, and begins anew when they cross", () => {
    const from = marked(UNMARKED, "from", 100);
    expect(whole(from)).toBeNull();
    const both = marked(from, "to", 200);
    expect(whole(both)).toEqual([100, 200]);
    expect(marked(both, "from", 300)).toEqual({ from: 300, to: null });
    expect(marked(both, "to", 50)).toEqual({ from: null, to: 50 });
  });

  it("keeps its handles a second apart", () => {
    const both = { from: 10_000, to: 20_000 };
    expect(dragged(both, "from", 25_000)).toEqual({ from: 19_000, to: 20_000 });
    expect(dragged(both, "to", 0)).toEqual({ from: 10_000, to: 11_000 });
    expect(dragged(both, "to", 30_000.4)).toEqual({ from: 10_000, to: 30_000 });
  });
});

describe("the address", () => {
  it("says cameras and moment, and is read again as it was", () => {
    const place = { cameras: ["front door", "a,b", "yard"], at: 1_800_000_000_000 };
    const [path = "", query = ""] = addressOf(place).split("?");
    expect(placeOf(path, query)).toEqual(place);
    expect(addressOf({ cameras: [], at: null })).toBe("/recordings");
  });

  it("is taken with what others write: another offset, nonsense, the same camera twice", () => {
    expect(placeOf("/recordings/court", "at=2027-01-15T09:00:00%2B01:00").at).toBe(1_800_000_000_000);
    expect(placeOf("/recordings/court", "at=yesterday&with=court,b")).toEqual({
      cameras: ["court", "b"],
      at: null,
    });
    expect(placeOf("/recordings", "with=a,b,c,d,e").cameras).toHaveLength(4);
  });
});

describe("days", () => {
  const at = new Date(2026, 10, 23, 15, 30).getTime();
  it("keep the time of day", () => {
    expect(dateOf(at)).toBe("2026-11-23");
    expect(onDay("2026-03-01", at)).toBe(new Date(2026, 2, 1, 15, 30).getTime());
    expect(otherDay(at, -23)).toBe(new Date(2026, 9, 31, 15, 30).getTime());
    expect(onDay("", at)).toBeNull();
  });
});
