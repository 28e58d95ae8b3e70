/** The arming modes as the pages show them: a word and a picture each. */
import DoorOpen from "@lucide/svelte/icons/door-open";
import House from "@lucide/svelte/icons/house";
import Moon from "@lucide/svelte/icons/moon";
import Shield from "@lucide/svelte/icons/shield";
import type { Component } from "svelte";

import { text } from "$lib/text";

const ICONS: Readonly<Record<string, Component>> = { home: House, away: DoorOpen, night: Moon };

export const modeIcon = (mode: string): Component => ICONS[mode] ?? Shield;

/** "At home"; a mode of the settings' own by its name: "late_shift" is "Late shift". */
export function modeName(mode: string): string {
  const spaced = mode.replaceAll("_", " ");
  return text.system.modes.names[mode] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
