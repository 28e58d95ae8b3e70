import { expect, test } from "vitest";

import type { Right } from "$lib/api/types";

import { placeOf, viewsFor } from "./views";

const viewer: readonly Right[] = ["signed_in", "account", "video", "findings"];
const named = (rights: readonly Right[]): string[] =>
  viewsFor((right) => rights.includes(right)).map((view) => view.name);

test("who may nothing more finds their own account, the mode, and what this is", () => {
  expect(named(viewer)).toEqual(["modes", "tokens", "account", "about"]);
  expect(named([...viewer, "health", "logs"])).toEqual([
    "cameras",
    "storage",
    "modes",
    "logs",
    "tokens",
    "account",
    "about",
  ]);
});

test("the address names a view and what it is about", () => {
  const mine = viewsFor((right) => viewer.includes(right));
  expect(placeOf("/system", mine)).toEqual({ view: "modes", about: "" });
  expect(placeOf("/system/account", mine).view).toBe("account");
  expect(placeOf("/system/users/anna", mine).view).toBeNull();
  const all = viewsFor(() => true);
  expect(placeOf("/system/users/anna%40home", all)).toEqual({ view: "users", about: "anna@home" });
  expect(placeOf("/system/users/%", all).about).toBe("%");
});
