/** Amounts as people read them. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** "1.2 GB": decimal, as disks are sold; three digits at most. */
export function bytes(count: number): string {
  let rest = count;
  let unit = 0;
  while (rounded(rest) >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${rounded(rest).toLocaleString("en")} ${UNITS[unit]}`;
}

/** "0.3 %", "12 %": a share of one. */
export function percent(share: number): string {
  const hundred = 100 * share;
  return `${hundred > 0 && hundred < 9.95 ? Math.round(10 * hundred) / 10 : Math.round(hundred)} %`;
}

function rounded(value: number): number {
  return value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value);
}
