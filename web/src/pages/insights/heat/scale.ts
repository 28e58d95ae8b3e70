/** The colour scale of heat maps: steps of round durations, in colours whose lightness only rises, so that
 *  they are told apart without seeing colour (and lines stand between them). */

/** Dark to light; after "inferno" of Smith and van der Walt. */
export const COLOURS = ["#420a68", "#932667", "#dd513a", "#fca50a", "#f6d746", "#fcffa4"] as const;

const ROUND_S = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18_000, 36_000, 72_000,
  180_000, 360_000, 720_000, 1_800_000, 3_600_000, 7_200_000, 18_000_000, 36_000_000,
] as const;

/** Where steps begin (seconds), rising; as many as there are colours, or fewer. None: nobody was there. */
export function stepsUpTo(most: number): number[] {
  if (!(most > 0)) return [];
  const below = ROUND_S.filter((seconds) => seconds <= most);
  return below.length > 0 ? below.slice(-COLOURS.length) : [most / 2];
}

/** The step in which so many seconds are; -1: before the first. */
export function stepOf(seconds: number, steps: readonly number[]): number {
  let found = -1;
  while (found + 1 < steps.length && seconds >= (steps[found + 1] ?? Infinity)) found += 1; // asked for each point
  return found;
}

/** The colour of a step: the lightest ones belong to the highest, however many there are. */
export const colourOf = (step: number, steps: readonly number[]): string =>
  COLOURS[step + COLOURS.length - steps.length] ?? COLOURS[0];

export interface Entry {
  colour: string;
  from: number;
  /** null: no end. */
  to: number | null;
}

/** The highest first, as it is read. */
export function legendOf(steps: readonly number[]): Entry[] {
  return steps
    .map((from, place) => ({ colour: colourOf(place, steps), from, to: steps[place + 1] ?? null }))
    .reverse();
}
