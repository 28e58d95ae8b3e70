/** How charts look: the colours of the pages, as they are now (dark or light). */

export interface Look {
  ink: string;
  muted: string;
  rule: string;
  sunken: string;
  surface: string;
  raised: string;
  first: string;
  second: string;
  font: string;
  size: number;
}

export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const read = (token: string): string => style.getPropertyValue(token).trim();
  return {
    ink: read("--ink"),
    muted: read("--muted"),
    rule: read("--rule"),
    sunken: read("--sunken"),
    surface: read("--surface"),
    raised: read("--raised"),
    first: read("--link"),
    second: read("--wait"),
    font: style.fontFamily,
    size: parseFloat(getComputedStyle(document.documentElement).fontSize),
  };
}
