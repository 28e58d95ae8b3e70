/** What was done, so that it can be undone: values that are never changed, only replaced. */

export interface History<T> {
  readonly now: T;
  readonly before: readonly T[];
  readonly after: readonly T[];
  /** What the last step was: further ones of the same name go into it (a drag, typing). */
  readonly step: string | null;
}

const DEEP = 200;

export function begun<T>(now: T): History<T> {
  return { now, before: [], after: [], step: null };
}

/** A step further. `step` names a change that goes on, as while a corner is dragged. */
export function did<T>(history: History<T>, now: T, step: string | null = null): History<T> {
  if (now === history.now) return history;
  const goesOn = step !== null && step === history.step;
  const before = goesOn ? history.before : [...history.before, history.now].slice(-DEEP);
  return { now, before, after: [], step };
}

/** The change that went on is over; the next one is a step of its own, whatever its name. */
export function settled<T>(history: History<T>): History<T> {
  return history.step === null ? history : { ...history, step: null };
}

export function undone<T>(history: History<T>): History<T> {
  const now = history.before.at(-1);
  if (now === undefined) return history;
  return { now, before: history.before.slice(0, -1), after: [history.now, ...history.after], step: null };
}

export function redone<T>(history: History<T>): History<T> {
  const [now, ...after] = history.after;
  if (now === undefined) return history;
  return { now, before: [...history.before, history.now], after, step: null };
}
