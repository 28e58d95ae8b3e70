/** In which order cameras stand in the grid: as somebody arranged them here, new ones at the end. */

export type Layout = "auto" | "1" | "4" | "9" | "16";
export const LAYOUTS: readonly Layout[] = ["auto", "1", "4", "9", "16"];

const MOST = 16;

/** `names` in the order of `arranged`; those that were never arranged follow by name. */
export function inOrder(names: readonly string[], arranged: readonly string[]): string[] {
  const known = arranged.filter((name) => names.includes(name));
  const others = names.filter((name) => !arranged.includes(name)).toSorted((a, b) => a.localeCompare(b));
  return [...known, ...others];
}

/** `order` with `name` at the place `to` (0 is first; beyond the ends it stays at the end). */
export function moved(order: readonly string[], name: string, to: number): string[] {
  const others = order.filter((one) => one !== name);
  const place = Math.max(0, Math.min(to, others.length));
  return [...others.slice(0, place), name, ...others.slice(place)];
}

/** How many stand on one page of the grid, and in how many columns. */
export function gridOf(
  layout: Layout,
  count: number,
  isNarrow: boolean,
): { perPage: number; columns: number } {
  const perPage = layout === "auto" ? Math.min(Math.max(count, 1), MOST) : Number(layout);
  const columns = Math.ceil(Math.sqrt(perPage));
  return { perPage, columns: isNarrow ? Math.min(columns, layout === "auto" ? 1 : 2) : columns };
}

/** Where an arrow key moves a tile. */
export function placeAfter(key: string, place: number, columns: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  const step = steps[key];
  return step === undefined ? null : place + step;
}
