/** What happened, in plain words. */
export const told = {
  something: "something",
  aToB: "A to B",
  bToA: "B to A",
  crossed: (who: string, rule: string, way: string) => `${who} crossed ${rule}, ${way}`,
  entered: (who: string, rule: string) => `${who} entered ${rule}`,
  appeared: (who: string, rule: string) => `${who} appeared in ${rule}`,
  already: (who: string, rule: string) => `${who} was in ${rule} already`,
  left: (who: string, rule: string) => `${who} left ${rule}`,
  leftAfter: (who: string, rule: string, long: string) => `${who} left ${rule} after ${long}`,
  lost: (who: string, rule: string) => `${who} lost from sight in ${rule}`,
  lostAfter: (who: string, rule: string, long: string) => `${who} lost from sight in ${rule} after ${long}`,
  stayed: (who: string, rule: string, long: string) => `${who} stayed in ${rule} for ${long}`,
  staying: (who: string, rule: string) => `${who} is staying in ${rule}`,
  stillStaying: (who: string, rule: string) => `${who} is still staying in ${rule}`,
  gathered: (rule: string, many: string) => `${rule}: ${many} gathered`,
  gatheringOver: (rule: string, long: string, many: string) =>
    `${rule}: gathering is over after ${long}, ${many} at most`,
  path: (who: string, from: string, to: string, rule: string) =>
    `${who} went from ${from} to ${to} (${rule})`,
  inside: (rule: string, many: string) => `${rule}: ${many}`,
  putRight: (rule: string, count: number) => `${rule}: put right to ${count} inside`,
  people: (count: number) => (count === 1 ? "1 person" : `${count} people`),
  things: (count: number) => `${count} inside`,
  other: (rule: string, kind: string) => `${rule}: ${kind}`,
};
