/** The views of the system page, and who may open which. */
import type { Right } from "$lib/api/types";
import { text } from "$lib/text";

export const NAMES = [
  "cameras",
  "storage",
  "processes",
  "modes",
  "logs",
  "settings",
  "users",
  "tokens",
  "account",
  "about",
] as const;

export type View = (typeof NAMES)[number];

const NEEDS: Readonly<Record<View, Right>> = {
  cameras: "health",
  storage: "health",
  processes: "settings_read",
  modes: "signed_in",
  logs: "logs",
  settings: "settings_read",
  users: "accounts_read",
  tokens: "account",
  account: "account",
  about: "signed_in",
};

export interface Named {
  name: View;
  text: string;
}

/** Those that one may open, in order. */
export function viewsFor(may: (right: Right) => boolean): Named[] {
  return NAMES.filter((name) => may(NEEDS[name])).map((name) => ({ name, text: text.system.views[name] }));
}

/** Of `/system/users/anna`: the view and what it is about. The first view where none is named. */
export function placeOf(path: string, allowed: readonly Named[]): { view: View | null; about: string } {
  const [, , named = "", about = ""] = path.split("/");
  const view = named === "" ? allowed[0]?.name : allowed.find((one) => one.name === named)?.name;
  return { view: view ?? null, about: decoded(about) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
