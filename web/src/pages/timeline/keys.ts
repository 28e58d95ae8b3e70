/** What a key does on the timeline's page. */

export type Deed =
  | "play"
  | "pictureBack"
  | "pictureOn"
  | "slower"
  | "faster"
  | "back"
  | "on"
  | "farBack"
  | "farOn"
  | "closer"
  | "wider"
  | "first"
  | "last"
  | "pageBack"
  | "pageOn"
  | "markIn"
  | "markOut"
  | "eventBack"
  | "eventOn"
  | "snapshot"
  | "unmark";

const DEEDS: Readonly<Record<string, Deed>> = {
  " ": "play",
  ",": "pictureBack",
  ".": "pictureOn",
  "<": "slower",
  ">": "faster",
  ArrowLeft: "back",
  ArrowRight: "on",
  "Shift+ArrowLeft": "farBack",
  "Shift+ArrowRight": "farOn",
  "+": "closer",
  "=": "closer",
  "-": "wider",
  Home: "first",
  End: "last",
  PageUp: "pageBack",
  PageDown: "pageOn",
  i: "markIn",
  o: "markOut",
  j: "eventOn",
  k: "eventBack",
  s: "snapshot",
  Escape: "unmark",
};
const PRESSES = new Set([" ", "Enter"]);

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** null: the key is not ours. `on`: what has the focus; letters typed into a field are letters. */
export function deedOf(pressed: Pressed, on: "strip" | "button" | "field" | "other"): Deed | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || on === "field") return null;
  if (on === "button" && PRESSES.has(pressed.key)) return null;
  const isArrow = pressed.key.startsWith("Arrow");
  return DEEDS[pressed.shiftKey && isArrow ? `Shift+${pressed.key}` : pressed.key] ?? null;
}
