import { describe, expect, it } from "vitest";

import { blockOf, reportAddress } from "./reporting";

describe("blockOf", () => {
  const file = 'state: state\nreports:\n  daily: [pdf]\n  # at night\n  at: "02:00"\n\nweb:\n  port: 1\n';

  it("is what is written there", () => {
    expect(blockOf(file, "reports")).toBe('reports:\n  daily: [pdf]\n  # at night\n  at: "02:00"');
    expect(blockOf(file, "web")).toBe("web:\n  port: 1");
    expect(blockOf("cameras:\n- name: a\n- name: b\nweb: {}", "cameras")).toBe(
      "cameras:\n- name: a\n- name: b",
    );
  });

  it("is null where it is not, or deeper", () => {
    expect(blockOf(file, "modes")).toBeNull();
    expect(blockOf("web:\n  reports: 1\n", "reports")).toBeNull();
  });
});

describe("reportAddress", () => {
  it("names the day and the cameras", () => {
    expect(reportAddress("day", "pdf", "", [])).toBe("/api/reports/day.pdf");
    expect(reportAddress("week", "csv", "2026-11-23", ["back yard"])).toBe(
      "/api/reports/week.csv?camera=back+yard&date=2026-11-23",
    );
  });
});
