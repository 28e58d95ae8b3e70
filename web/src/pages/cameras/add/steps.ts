/** The steps of adding a camera, and which of them may be shown by what is known already. */

export const STEPS = ["find", "sign-in", "look", "purpose", "mask", "done"] as const;
export type Step = (typeof STEPS)[number];

export interface Known {
  /** Of the camera; empty: none was chosen. */
  url: string;
  needsLogin: boolean;
  /** It was looked at, and plays. */
  works: boolean;
  /** Name, purpose and days are good. */
  isDescribed: boolean;
  /** It was added. */
  isAdded: boolean;
}

/** The step that an address names; the first where it names none. */
export function stepOf(location: string): Step {
  const named = location.split("/")[3] ?? "";
  return STEPS.find((step) => step === named) ?? "find";
}

export function pathOf(step: Step): string {
  return step === "find" ? "/cameras/add" : `/cameras/add/${step}`;
}

/** The steps that this camera has: a file needs no password. */
export function stepsOf(known: Known): Step[] {
  return STEPS.filter((step) => step !== "sign-in" || known.url === "" || known.needsLogin);
}

/** The step to show when `wanted` is asked for: that, or the last one before it that may be shown. */
export function shownStep(wanted: Step, known: Known): Step {
  if (known.isAdded) return "done";
  const needs: Readonly<Record<Step, boolean>> = {
    find: true,
    "sign-in": known.url !== "",
    look: known.url !== "",
    purpose: known.works,
    mask: known.works && known.isDescribed,
    done: false,
  };
  const before = stepsOf(known);
  const at = STEPS.indexOf(wanted);
  return before.findLast((step) => STEPS.indexOf(step) <= at && needs[step]) ?? "find";
}

export function stepBefore(step: Step, known: Known): Step | null {
  const all = stepsOf(known);
  return all[all.indexOf(step) - 1] ?? null;
}
