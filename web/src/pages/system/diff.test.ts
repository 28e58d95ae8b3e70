import { expect, test } from "vitest";

import { changed, linesOf, turned } from "./diff";

const DIFF = `--- version 1
+++ settings
@@ -7,4 +7,4 @@
   purpose: Who comes in.
-  streams: 1
-  fps: 5
+  streams: 2
   -- odd
@@ -20 +20,2 @@
 last
+  --- more
`;

test("each line has its kind and its place in both texts", () => {
  const lines = linesOf(DIFF);
  expect(lines.map((line) => [line.kind, line.old, line.new])).toEqual([
    ["hunk", 7, 7],
    ["same", 7, 7],
    ["removed", 8, null],
    ["removed", 9, null],
    ["added", null, 8],
    ["same", 10, 9],
    ["hunk", 20, 20],
    ["same", 20, 20],
    ["added", null, 21],
  ]);
  expect(lines[8]?.says).toBe("  --- more");
  expect(changed(lines)).toEqual({ added: 2, removed: 2 });
});

test("no difference is no line", () => {
  expect(linesOf("")).toEqual([]);
  expect(changed([])).toEqual({ added: 0, removed: 0 });
});

test("turned round, what came goes, and what goes stands first", () => {
  const back = turned(linesOf(DIFF));
  expect(back.map((line) => line.kind)).toEqual([
    "hunk",
    "same",
    "removed",
    "added",
    "added",
    "same",
    "hunk",
    "same",
    "removed",
  ]);
  expect(back[3]).toEqual({ kind: "added", old: null, new: 8, says: "  streams: 1" });
  expect(turned(back)).toEqual(linesOf(DIFF));
});
