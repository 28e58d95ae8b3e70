/** What the arming modes do: which rules notice, and which of them may raise an alarm. */
export interface RuleOf {
  camera: string;
  rule: string;
  /** By mode: off (the rule notices nothing), kept (it notices, without alarm), armed. */
  in: Record<string, "off" | "kept" | "armed">;
}

type Facts = Record<string, unknown>;

/** Of each rule of a camera; `cameraArmedIn` holds where a rule says nothing itself. */
export function rulesOf(
  camera: string,
  rules: readonly Facts[],
  modes: readonly string[],
  cameraArmedIn: readonly string[] | null,
): RuleOf[] {
  return rules.map((rule) => {
    const noticesIn = names(rule.modes);
    const armedIn = names(rule.armed_in) ?? cameraArmedIn;
    const stands = (mode: string): RuleOf["in"][string] => {
      if (noticesIn && !noticesIn.includes(mode)) return "off";
      return !armedIn || armedIn.includes(mode) ? "armed" : "kept";
    };
    return {
      camera,
      rule: String(rule.id),
      in: Object.fromEntries(modes.map((mode) => [mode, stands(mode)])),
    };
  });
}

/** Null where none are named: then all are meant. */
export function names(value: unknown): string[] | null {
  return Array.isArray(value) ? value.map(String) : null;
}
