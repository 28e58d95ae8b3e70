// Times as people read them.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const clockTime = (ms) => CLOCK.format(ms);

/** The time alone where it is of today. */
export function since(ms) {
  return new Date(ms).toDateString() === new Date().toDateString() ? CLOCK.format(ms) : DAY.format(ms);
}
