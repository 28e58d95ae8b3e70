import { expect, it } from "vitest";

import { type Known, pathOf, shownStep, stepBefore, stepOf, STEPS } from "./steps";

const NOTHING: Known = { url: "", needsLogin: true, works: false, isDescribed: false, isAdded: false };

it("addresses name steps", () => {
  for (const step of STEPS) expect(stepOf(pathOf(step))).toBe(step);
  expect(stepOf("/cameras/add/nonsense")).toBe("find");
});

it("no step is shown before what it needs is known", () => {
  for (const step of STEPS) expect(shownStep(step, NOTHING)).toBe("find");
  const chosen = { ...NOTHING, url: "192.0.2.7" };
  expect(shownStep("mask", chosen)).toBe("look");
  expect(shownStep("sign-in", chosen)).toBe("sign-in");
  const works = { ...chosen, works: true };
  expect(shownStep("done", works)).toBe("purpose");
  expect(shownStep("mask", { ...works, isDescribed: true })).toBe("mask");
  expect(shownStep("done", { ...works, isDescribed: true })).toBe("mask");
  expect(shownStep("purpose", { ...works, isDescribed: true, isAdded: true })).toBe("done");
});

it("files are not signed in to", () => {
  const file = { ...NOTHING, url: "file:///videos/yard.mp4", needsLogin: false };
  expect(shownStep("sign-in", file)).toBe("find");
  expect(stepBefore("look", file)).toBe("find");
  expect(stepBefore("look", { ...file, needsLogin: true })).toBe("sign-in");
  expect(stepBefore("find", file)).toBeNull();
});
