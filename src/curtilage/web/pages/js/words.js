// Times as people read them.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const clockTime = (ms) => CLOCK.format(ms);

/** The time alone where it is of today. */
export function since(ms) {
  return new Date(ms).toDateString() === new Date().toDateString() ? CLOCK.format(ms) : DAY.format(ms);
}

/** "0.8 s", "12 s", "2 min 5 s", "3 h 10 min". */
export function lasting(seconds) {
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
}
