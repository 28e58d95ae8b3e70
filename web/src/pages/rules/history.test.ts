import { describe, expect, it } from "vitest";

import { begun, did, redone, settled, undone } from "./history";

describe("history", () => {
  it("is undone and done again", () => {
    const history = did(did(begun("a"), "b"), "c");
    expect(undone(history).now).toBe("b");
    expect(undone(undone(undone(history))).now).toBe("a");
    expect(redone(undone(undone(history))).now).toBe("b");
    expect(redone(history)).toBe(history);
  });

  it("has one step for a drag", () => {
    let history = did(begun(0), 1, "drag");
    history = did(did(history, 2, "drag"), 3, "drag");
    expect(undone(history).now).toBe(0);
  });

  it("has two steps for two drags", () => {
    const history = did(settled(did(begun(0), 1, "drag")), 2, "drag");
    expect(undone(history).now).toBe(1);
  });

  it("forgets what was undone when something else is done", () => {
    const history = did(undone(did(begun("a"), "b")), "c");
    expect(redone(history).now).toBe("c");
    expect(undone(history).now).toBe("a");
  });

  it("has no step where nothing changed", () => {
    const history = begun("a");
    expect(did(history, "a")).toBe(history);
  });
});
