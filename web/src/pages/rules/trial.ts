/** Trying rules on what was seen: the span, one question for new and saved rules, what comes of it. */
import type { components } from "$lib/api/schema";
import type { Rule } from "$lib/scene/rules";
import { DAY, HOUR, rfc3339, startOfDay } from "$lib/time/spans";

type Told = components["schemas"]["Trial"];
export type RuleTried = Omit<components["schemas"]["RuleTried"], "events"> & { events: EventTried[] };
export type EventTried = Omit<components["schemas"]["TriedEvent"], "box"> & { box: number[] | null };
export type Way = Omit<components["schemas"]["WayOut"], "points"> & { points: number[][] };
export type Trial = Omit<Told, "rules" | "tracks"> & { rules: RuleTried[]; tracks: Way[] };

export type Span = "hour" | "today" | "yesterday";

/** From, to, in ms, by this browser's clock; 24 h at most, as the server takes. */
export function spanOf(span: Span, now: number): { from: number; to: number } {
  if (span === "hour") return { from: now - HOUR, to: now };
  const today = startOfDay(now);
  if (span === "today") return { from: Math.max(today, now - DAY), to: now };
  const from = startOfDay(today - 12 * HOUR);
  return { from, to: Math.min(today, from + DAY) }; // a day of 25 h loses its last one
}

const SAVED = "saved-";

/** The rules to ask about: the new ones, and behind them those saved ones that were changed. */
export function asked(rules: readonly Rule[], saved: readonly Rule[]): Rule[] {
  const changed = new Set(saved.filter((old) => hasChanged(old, rules, saved)).map((old) => old.id));
  if (changed.size === 0) return [...rules];
  // What a changed counter counts by must be there as it was, too.
  const names = new Map(saved.map((old, n) => [old.id, `${SAVED}${n}`]));
  const needed = new Set(
    saved.filter((old) => changed.has(old.id)).flatMap((old) => [old.id, ...mentioned(old)]),
  );
  const before = saved
    .filter((old) => needed.has(old.id))
    .map((old) => ({
      ...old,
      id: names.get(old.id) ?? old.id,
      ...(old.lines && {
        lines: old.lines.map((door) => ({ ...door, line: names.get(door.line) ?? door.line })),
      }),
      ...(typeof old.reconcile === "string" && { reconcile: names.get(old.reconcile) }),
    }));
  return [...rules, ...before];
}

const mentioned = (rule: Rule): string[] => [
  ...(rule.lines ?? []).map((door) => door.line),
  ...(typeof rule.reconcile === "string" ? [rule.reconcile] : []),
];

function hasChanged(old: Rule, rules: readonly Rule[], saved: readonly Rule[]): boolean {
  const now = rules.find((rule) => rule.id === old.id);
  if (!now || JSON.stringify(now) !== JSON.stringify(old)) return true;
  return mentioned(old).some((id) => {
    const other = saved.find((rule) => rule.id === id);
    return other ? hasChanged(other, rules, saved) : false;
  });
}

/** What came of a rule, and of the saved one of that name; null: there is none, or it is the same. */
export interface Compared {
  rule: RuleTried;
  before: RuleTried | null;
  isNew: boolean;
}

export function compared(trial: Trial, rules: readonly Rule[], saved: readonly Rule[]): Compared[] {
  const found = new Map(trial.rules.map((one) => [one.rule, one]));
  return rules.flatMap((rule) => {
    const tried = found.get(rule.id);
    if (!tried) return [];
    const old = saved.findIndex((one) => one.id === rule.id);
    return [{ rule: tried, before: found.get(`${SAVED}${old}`) ?? null, isNew: old < 0 }];
  });
}

/** Two parts of a trial, one after the other, as one. */
export function joined(first: Trial, next: Trial): Trial {
  const long = (one: Trial): number => Date.parse(one.to) - Date.parse(one.from);
  const seen = (one: Trial): number => one.seen * long(one);
  const known = new Set(first.tracks.map((track) => track.track));
  return {
    ...next,
    from: first.from,
    // the first part's share is of its whole span, of which the next one is a part
    seen: Math.min(1, (seen(first) + seen(next)) / Math.max(1, Date.parse(next.to) - Date.parse(first.from))),
    stretches: [...first.stretches, ...next.stretches],
    looks: first.looks + next.looks,
    took_s: first.took_s + next.took_s,
    rules: first.rules.map((one, n) => together(one, next.rules[n] ?? one)),
    tracks: [...first.tracks, ...next.tracks.filter((track) => !known.has(track.track))],
  };
}

function together(a: RuleTried, b: RuleTried): RuleTried {
  const counts: Record<string, number> = { ...a.counts };
  for (const [name, count] of Object.entries(b.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    ...b,
    counts,
    total: a.total + b.total,
    events: [...a.events, ...b.events].slice(0, 500),
    occupancy: occupied(a.occupancy, b.occupancy),
    dwell: a.dwell &&
      b.dwell && { ...b.dwell, presences: a.dwell.presences.map((n, i) => n + (b.dwell?.presences[i] ?? 0)) },
    flows: a.flows &&
      b.flows && {
        ...b.flows,
        legs: summed(a.flows.legs, b.flows.legs),
        journeys: summed(a.flows.journeys, b.flows.journeys),
      },
    presence_s: a.presence_s === null ? b.presence_s : a.presence_s + (b.presence_s ?? 0),
  };
}

type Occupancy = RuleTried["occupancy"];
function occupied(a: Occupancy, b: Occupancy): Occupancy {
  if (!a || !b) return b ?? a;
  const seconds = a.seconds + b.seconds;
  const people = (a.mean ?? 0) * a.seconds + (b.mean ?? 0) * b.seconds;
  return { seconds, most: Math.max(a.most, b.most), mean: seconds > 0 ? people / seconds : null };
}

const summed = (a: number[][], b: number[][]): number[][] =>
  a.map((row, i) => row.map((n, j) => n + (b[i]?.[j] ?? 0)));

/** How far a trial came, 0..1. */
export function progress(trial: Trial | null, from: number, to: number): number {
  return trial ? Math.min(1, Math.max(0, (Date.parse(trial.until) - from) / Math.max(1, to - from))) : 0;
}

/** Runs a trial to its end, part by part; `tell` hears of each. Stops when `signal` says so. */
export async function run(
  ask: (from: string, to: string) => Promise<Trial>,
  from: number,
  to: number,
  tell: (sofar: Trial) => void,
  signal: AbortSignal,
): Promise<void> {
  let whole: Trial | null = null;
  let at = from;
  while (!signal.aborted) {
    const part = await ask(rfc3339(at), rfc3339(to));
    whole = whole ? joined(whole, part) : part;
    tell(whole);
    const until = Date.parse(part.until);
    if (part.done || until <= at) return;
    at = until;
  }
}
