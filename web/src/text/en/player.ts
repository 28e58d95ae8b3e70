/** What a live picture says of itself. */
export const player = {
  connecting: "Connecting …",
  stuck: "nothing could be shown",
  anew: (why: string) => `Beginning anew: ${why}.`,
  away: "The server does not answer; trying again",
  gone: "This camera is switched off.",
  since: (moment: string) => `since ${moment}`,
};
