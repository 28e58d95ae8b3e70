/** Spans of time as pairs of UTC ms, `[from, to)`: sorted, and none touches the next. */

export type Span = readonly [from: number, to: number];

/** The span that `at` lies in. */
export function spanAt(spans: readonly Span[], at: number): Span | null {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (!span) break;
    if (at < span[0]) high = middle - 1;
    else if (at >= span[1]) low = middle + 1;
    else return span;
  }
  return null;
}

/** `at`, if it lies in one; else where the next begins; null: none follows. */
export function nextIn(spans: readonly Span[], at: number): number | null {
  for (const [from, to] of spans) {
    if (at < to) return Math.max(at, from);
  }
  return null;
}

/** Sorted, and joined where no more than `slack` ms lie between. */
export function joined(spans: readonly Span[], slack = 0): Span[] {
  const found: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (to <= from) continue;
    const last = found.at(-1);
    if (last && from <= last[1] + slack) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** What of `spans` is in none of `others`. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const [from, to] of spans) {
    let at = from;
    for (const [begin, end] of others) {
      if (end <= at || begin >= to) continue;
      if (begin > at) found.push([at, begin]);
      at = Math.max(at, end);
    }
    if (at < to) found.push([at, to]);
  }
  return found;
}

/** What of `spans` lies in `[from, to)`. */
export function within(spans: readonly Span[], from: number, to: number): Span[] {
  return spans.flatMap(([begin, end]) =>
    begin < to && end > from ? [[Math.max(begin, from), Math.min(end, to)] as const] : [],
  );
}
