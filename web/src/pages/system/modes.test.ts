import { expect, test } from "vitest";

import { rulesOf } from "./modes";

const MODES = ["home", "away", "night"];

test("a rule says in which modes it notices and is armed; where it does not, its camera does, or all are meant", () => {
  const rules = [
    { id: "plain" },
    { id: "door", armed_in: ["away", "night"] },
    { id: "bed", modes: ["night"] },
    { id: "both", modes: ["home", "away"], armed_in: ["away", "night"] },
  ];
  const all = rulesOf("yard", rules, MODES, null).map((one) => MODES.map((mode) => one.in[mode]));
  expect(all).toEqual([
    ["armed", "armed", "armed"],
    ["kept", "armed", "armed"],
    ["off", "off", "armed"],
    ["kept", "armed", "off"],
  ]);
  expect(rulesOf("yard", rules.slice(0, 1), MODES, ["away"])[0]?.in.home).toBe("kept");
});
