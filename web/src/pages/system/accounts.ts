/** Accounts, tokens and sessions: what may be typed and chosen, and what is said of them. */
import type { Right, Role } from "$lib/api/types";
import { text } from "$lib/text";

export const ROLES: readonly Role[] = ["viewer", "operator", "administrator", "auditor"];

const SEES_ALL: readonly Role[] = ["administrator", "auditor"];
const NEVER_BY_TOKEN: readonly Right[] = ["signed_in", "account", "accounts_write"];
const NAME = /^[a-z0-9][a-z0-9._@-]{0,47}$/;

/** Whether the role has no list of cameras. */
export const seesAll = (role: Role): boolean => SEES_ALL.includes(role);

/** What is wrong with a name that was typed; null: nothing, or nothing was typed yet. */
export function wrongName(name: string): string | null {
  return name === "" || NAME.test(name) ? null : text.system.users.nameWrong;
}

/** Which cameras an account or a token sees, in words. */
export function sees(cameras: readonly string[] | null): string {
  if (cameras === null) return text.system.users.seesAll;
  return cameras.length === 0 ? text.system.users.seesNone : cameras.join(", ");
}

/** What a token of somebody with these rights can be given, in the order of the table of rights. */
export function rightsForTokens(mine: readonly Right[]): Right[] {
  const order = Object.keys(text.system.tokens.rightNames);
  return mine
    .filter((right) => !NEVER_BY_TOKEN.includes(right))
    .sort((one, other) => order.indexOf(one) - order.indexOf(other));
}

/** In words; a right that a newer server names is said by its name. */
export const rightName = (right: string): string => text.system.tokens.rightNames[right] ?? right;

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(Firefox|FxiOS)\//, "Firefox"],
  [/\b(HeadlessChrome|Chrome|CriOS|Chromium)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/** "Firefox on Linux": what a browser says of itself, as far as its owner knows it by. */
export function browserOf(agent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  if (browser && system) return text.system.account.browserOn(browser, system);
  return browser ?? system ?? (agent.split("/")[0]?.trim() || text.system.account.unknownBrowser);
}
