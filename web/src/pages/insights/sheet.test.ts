import { describe, expect, it } from "vitest";

import { csv, fileName } from "./sheet";

describe("csv", () => {
  it("quotes what needs it", () => {
    expect(csv({ columns: ["rule", "in"], rows: [['say "hi", all', 3]] })).toBe(
      'rule,in\r\n"say ""hi"", all",3\r\n',
    );
  });

  it("has nothing that a table would run, and keeps numbers", () => {
    expect(csv({ columns: ["a"], rows: [["=1+1"], [-2], [null]] })).toBe("a\r\n'=1+1\r\n-2\r\n\r\n");
  });
});

describe("fileName", () => {
  it("has no blanks and no folders", () => {
    expect(fileName(["counts", "back yard/../x", "2026-11-23"], "csv")).toBe(
      "counts-back-yard-..-x-2026-11-23.csv",
    );
    expect(fileName(["heat", "", ".hidden"], "png")).toBe("heat-hidden.png");
  });
});
