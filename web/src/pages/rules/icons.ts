/** A picture for each type of rule. */
import ArrowLeftRight from "@lucide/svelte/icons/arrow-left-right";
import Flame from "@lucide/svelte/icons/flame";
import Hash from "@lucide/svelte/icons/hash";
import Hourglass from "@lucide/svelte/icons/hourglass";
import LogIn from "@lucide/svelte/icons/log-in";
import LogOut from "@lucide/svelte/icons/log-out";
import Route from "@lucide/svelte/icons/route";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Spline from "@lucide/svelte/icons/spline";
import Tally5 from "@lucide/svelte/icons/tally-5";
import Timer from "@lucide/svelte/icons/timer";
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";

const icons: Readonly<Record<string, Component>> = {
  line_crossing: ArrowLeftRight,
  counter: Tally5,
  region_entrance: LogIn,
  region_exit: LogOut,
  intrusion: ShieldAlert,
  loitering: Hourglass,
  gathering: Users,
  occupancy: Hash,
  dwell: Timer,
  heatmap: Flame,
  paths: Route,
};

export const iconOf = (type: string): Component => icons[type] ?? Spline;
