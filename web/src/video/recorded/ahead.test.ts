import { describe, expect, it } from "vitest";

import { filmToAskFor, firstMissing, type Situation, toForget, voids } from "./ahead";
import type { Span } from "./spans";

const hour: Span[] = [[0, 3_600_000]];
const gapped: Span[] = [
  [0, 100_000],
  [160_000, 300_000],
];

function situation(more: Partial<Situation>): Situation {
  return { at: 50_000, rate: 1, isPlaying: true, recorded: hour, buffered: [], loading: null, ...more };
}

describe("which film to ask for", () => {
  it("begins at the moment; a second before it when nothing plays, to step back", () => {
    expect(filmToAskFor(situation({}))).toEqual([50_000, 74_000]);
    expect(filmToAskFor(situation({ isPlaying: false }))?.[0]).toBe(49_000);
  });

  it("asks for nothing while there is enough ahead, or it is on its way", () => {
    expect(filmToAskFor(situation({ buffered: [[40_000, 70_000]] }))).toBeNull();
    expect(filmToAskFor(situation({ buffered: [[40_000, 52_000]] }))?.[0]).toBe(52_000);
    expect(filmToAskFor(situation({ loading: [50_000, 74_000] }))).toBeNull();
    expect(filmToAskFor(situation({ at: 90_000, loading: [50_000, 74_000] }))?.[0]).toBe(90_000);
  });

  it("wants more ahead the faster it plays", () => {
    const buffered: Span[] = [[40_000, 70_000]];
    expect(filmToAskFor(situation({ rate: 8, buffered }))).toEqual([70_000, 262_000]);
    expect(filmToAskFor(situation({ rate: 16, isPlaying: false, buffered }))).toBeNull();
  });

  it("fetches what follows a gap before the gap is reached", () => {
    const buffered: Span[] = [[80_000, 100_000]];
    const found = filmToAskFor(situation({ at: 95_000, recorded: gapped, buffered }));
    expect(found?.[0]).toBe(160_000);
  });

  it("is content at the end of what is recorded", () => {
    const buffered: Span[] = [[200_000, 299_900]];
    expect(filmToAskFor(situation({ at: 295_000, recorded: gapped, buffered }))).toBeNull();
  });

  it("takes holes between pictures for none", () => {
    const buffered: Span[] = [
      [40_000, 52_000],
      [52_040, 70_000],
    ];
    expect(firstMissing({ at: 50_000, recorded: hour, buffered }, 60_000)).toBeNull();
  });
});

describe("what a film did not have", () => {
  it("is told, so that it is not asked for again and again", () => {
    const buffered: Span[] = [
      [0, 10_000],
      [14_000, 20_000],
    ];
    expect(voids([5_000, 24_000], { recorded: hour, buffered })).toEqual([
      [10_000, 14_000],
      [20_000, 24_000],
    ]);
    expect(voids([0, 9_000], { recorded: hour, buffered })).toEqual([]);
    expect(voids([0, 5_000], { recorded: hour, buffered: [] })).toEqual([[0, 5_000]]);
  });
});

describe("what to forget", () => {
  it("is what is long past or far ahead, in large steps", () => {
    expect(toForget([[0, 100_000]], 90_000, 1)).toEqual([[0, 60_000]]);
    expect(toForget([[50_000, 100_000]], 90_000, 1)).toEqual([]);
    expect(toForget([[0, 10_000], [2_000_000, 2_100_000]], 90_000, 1)).toEqual([[0, 10_000], [2_000_000, 2_100_000]]); // prettier-ignore
  });
});
