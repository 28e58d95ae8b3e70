/** One of the forms of a word, by count: `plural(2, "camera", "cameras")` is "2 cameras". */
const rules = new Intl.PluralRules("en");

export function plural(count: number, one: string, other: string): string {
  return `${count.toLocaleString("en")} ${rules.select(count) === "one" ? one : other}`;
}
