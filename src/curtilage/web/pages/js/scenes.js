// What is to be noticed in front of a camera: its rules, asked for now and then.

import { get } from "./api.js";

const KEPT_MS = 20000; // rules change seldom, but they do
const asked = new Map(); // camera -> {at, scene: promise}
const known = new Map(); // camera -> scene

/** `{classes, rules}` of a camera as its settings say; without rules where one may not know. */
export function sceneOf(camera) {
  const before = asked.get(camera);
  if (before && Date.now() - before.at < KEPT_MS) return before.scene;
  const scene = get(`api/cameras/${encodeURIComponent(camera)}/rules`).then(
    (told) => {
      known.set(camera, told);
      return told;
    },
    () => {
      asked.delete(camera);
      return known.get(camera) ?? { classes: [], rules: [] };
    },
  );
  asked.set(camera, { at: Date.now(), scene });
  return scene;
}

/** "3 people" where a rule counts people alone; "3 inside" otherwise. */
export function howMany(camera, rule, count) {
  const scene = known.get(camera);
  const found = scene?.rules.find((one) => one.id === rule);
  const classes = found?.classes ?? scene?.classes ?? [];
  if (classes.length === 1 && classes[0] === "person") return count === 1 ? "1 person" : `${count} people`;
  return `${count} inside`;
}

/** What a line or counter counted: a line that is a door by its way in, others by their sides. */
export function counted(camera, rule, { in: toB, out: toA, inside }) {
  const rules = known.get(camera)?.rules ?? [];
  if (rules.find((one) => one.id === rule)?.type !== "line_crossing") {
    return `${toB} in · ${toA} out${inside === null ? "" : ` · ${inside} inside`}`;
  }
  const door = rules.flatMap((one) => one.lines ?? []).find((one) => one.line === rule);
  if (!door) return `A→B ${toB} · B→A ${toA}`;
  return door.in === "a_to_b" ? `${toB} in · ${toA} out` : `${toA} in · ${toB} out`;
}
