/** What every view of the insights is given. */
import type { Span } from "./range";
import type { Wanted } from "./wanted";

export interface Viewing {
  wanted: Wanted;
  span: Span;
  zone: string;
  /** Goes on once a minute. */
  now: number;
  onchange: (changed: Partial<Wanted>) => void;
}

/** How often a view must ask again: with each minute while its span is not over. */
export const turnOf = ({ to }: Span, now: number): number => (now < to ? Math.floor(now / 60_000) : 0);
