import { expect, test } from "vitest";

import type { Right } from "$lib/api/types";
import { text } from "$lib/text";

import { browserOf, rightsForTokens, sees, seesAll, wrongName } from "./accounts";

test("names are as the server takes them", () => {
  expect(["anna", "a.b_c@d-e", "1", ""].map(wrongName)).toEqual([null, null, null, null]);
  for (const name of ["Anna", "-anna", "an na", "ä", "a".repeat(49)]) expect(wrongName(name)).not.toBeNull();
});

test("which cameras are seen is said, none too", () => {
  expect([sees(null), sees([]), sees(["yard", "gate"])]).toEqual(["all cameras", "no camera", "yard, gate"]);
  expect([seesAll("auditor"), seesAll("operator")]).toEqual([true, false]);
});

test("a token never gets what only a browser may have", () => {
  const mine: Right[] = ["account", "accounts_write", "arm", "signed_in", "video", "accounts_read"];
  expect(rightsForTokens(mine)).toEqual(["video", "arm", "accounts_read"]);
  for (const right of rightsForTokens(mine)) expect(text.system.tokens.rightNames[right]).toBeDefined();
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36",
    "Chrome on Android",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/7.88.1", "curl"],
  ["", "Unknown program"],
])("%s", (agent, says) => expect(browserOf(agent)).toBe(says));
