/** What is shown over the pictures, and how they are arranged; kept in this browser. */
import type { Layout } from "./arrangement";
import { LAYOUTS } from "./arrangement";

const KEY = "curtilage.live";

interface Kept {
  boxes: boolean;
  trails: boolean;
  rules: boolean;
  layout: Layout;
  order: string[];
}

const AT_FIRST: Kept = { boxes: true, trails: false, rules: true, layout: "auto", order: [] };

class Shown {
  boxes = $state(AT_FIRST.boxes);
  trails = $state(AT_FIRST.trails);
  rules = $state(AT_FIRST.rules);
  layout = $state<Layout>(AT_FIRST.layout);
  order = $state<string[]>([]);

  constructor() {
    const kept = { ...AT_FIRST, ...read() };
    this.boxes = kept.boxes;
    this.trails = kept.trails;
    this.rules = kept.rules;
    this.layout = LAYOUTS.includes(kept.layout) ? kept.layout : "auto";
    this.order = kept.order;
  }

  keep(): void {
    const { boxes, trails, rules, layout, order } = this;
    localStorage.setItem(KEY, JSON.stringify({ boxes, trails, rules, layout, order }));
  }
}

function read(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>;
  } catch {
    return {}; // somebody else's
  }
}

export const shown = new Shown();
