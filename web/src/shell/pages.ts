/** The pages: their address, their name, who may see them. Each is loaded when it is first opened. */
import Bell from "@lucide/svelte/icons/bell";
import ChartColumn from "@lucide/svelte/icons/chart-column";
import Film from "@lucide/svelte/icons/film";
import LayoutGrid from "@lucide/svelte/icons/layout-grid";
import Settings from "@lucide/svelte/icons/settings";
import Spline from "@lucide/svelte/icons/spline";
import type { Component } from "svelte";
import type { AsyncSvelteComponent } from "svelte-spa-router";

import type { Right } from "$lib/api/types";
import { text } from "$lib/text";

export interface Page {
  /** As the router has it, without parameters. */
  path: string;
  name: string;
  icon: Component;
  /** One of these is needed. */
  needs: readonly Right[];
  load: AsyncSvelteComponent;
}

export const pages: readonly Page[] = [
  {
    path: "/live",
    name: text.shell.live,
    icon: LayoutGrid,
    needs: ["video"],
    load: () => import("$lib/pages/live/LivePage.svelte"),
  },
  {
    path: "/recordings",
    name: text.shell.timeline,
    icon: Film,
    needs: ["video"],
    load: () => import("$lib/pages/timeline/TimelinePage.svelte"),
  },
  {
    path: "/events",
    name: text.shell.events,
    icon: Bell,
    needs: ["findings"],
    load: () => import("$lib/pages/events/EventsPage.svelte"),
  },
  {
    path: "/rules",
    name: text.shell.rules,
    icon: Spline,
    needs: ["settings_read"],
    load: () => import("$lib/pages/rules/RulesPage.svelte"),
  },
  {
    path: "/insights",
    name: text.shell.insights,
    icon: ChartColumn,
    needs: ["findings"],
    load: () => import("$lib/pages/insights/InsightsPage.svelte"),
  },
  {
    path: "/system",
    name: text.shell.system,
    icon: Settings,
    needs: ["signed_in"],
    load: () => import("$lib/pages/system/SystemPage.svelte"),
  },
];

/** Pages that no menu names. */
export const others: readonly Omit<Page, "icon">[] = [
  {
    path: "/cameras/add",
    name: "",
    needs: ["settings_write"],
    load: () => import("$lib/pages/cameras/AddCameraPage.svelte"),
  },
  {
    path: "/cameras/:camera",
    name: "",
    needs: ["settings_read"],
    load: () => import("$lib/pages/cameras/CameraPage.svelte"),
  },
];
