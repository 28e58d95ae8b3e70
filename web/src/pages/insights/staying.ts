/** Stays by length, and how many were in a zone: figures for cards, charts and tables. */

export interface Dwelt {
  camera: string;
  rule: string;
  /** Seconds. Bins that fewer than five had are left out. */
  lower: readonly number[];
  /** null: no end. */
  upper: readonly (number | null)[];
  presences: readonly number[];
}

export interface Bin {
  from: number;
  /** null: no end. */
  to: number | null;
  /** null: fewer than five, or nobody: not told. */
  stays: number | null;
}

/** The bins from the first to the last, those that are left out among them. */
export function binsOf({ lower, upper, presences }: Dwelt): Bin[] {
  const bins: Bin[] = [];
  for (const [place, from] of lower.entries()) {
    const before = bins.at(-1);
    const begin = before ? before.to : 0;
    if (begin !== null && begin < from) bins.push({ from: begin, to: from, stays: null });
    bins.push({ from, to: upper[place] ?? null, stays: presences[place] ?? 0 });
  }
  return bins;
}

/** How many stays are told of, and the end of the bin in which the middle one lies (null: it has none). */
export function staysOf(bins: readonly Bin[]): { stays: number; half: number | null } {
  const stays = bins.reduce((sum, bin) => sum + (bin.stays ?? 0), 0);
  let so = 0;
  for (const bin of bins) {
    so += bin.stays ?? 0;
    if (2 * so >= stays && so > 0) return { stays, half: bin.to };
  }
  return { stays, half: null };
}

export interface Occupied {
  camera: string;
  rule: string;
  mean: readonly (number | null)[];
  most: readonly (number | null)[];
  /** Of each bucket, for how long the number is known. */
  seconds: readonly number[];
}

/** `mean` over the time of which it is known; `place` of the bucket with most (-1: nothing is known). */
export function occupancyOf(one: Occupied): {
  mean: number | null;
  most: number | null;
  place: number;
  seconds: number;
} {
  let [sum, seconds, place] = [0, 0, -1];
  let most: number | null = null;
  for (const [at, known] of one.seconds.entries()) {
    const [mean, highest] = [one.mean[at] ?? null, one.most[at] ?? null];
    if (mean !== null) [sum, seconds] = [sum + mean * known, seconds + known];
    if (highest !== null && (most === null || highest > most)) [most, place] = [highest, at];
  }
  return { mean: seconds > 0 ? sum / seconds : null, most, place, seconds };
}
