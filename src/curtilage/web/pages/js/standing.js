// How a camera stands, in one line: recorded or why not, and how it is looked at.

import { since } from "./words.js";

/** `state` of `/api/cameras`; `wanted`: whether it is to be recorded, and looked at. */
export function standing(state, wanted) {
  return [wanted.recorded ? recording(state.recording) : "Not recorded, as its settings say", watching(state.analysis, wanted.analysed)]
    .map((sentence) => `${sentence}.`)
    .join(" ");
}

function recording(streams) {
  if (!streams.length) return "Not recorded: the recorder says nothing";
  const missing = streams.find((one) => !one.recording);
  if (!missing) return `Recorded since ${since(Date.parse(streams[0].since))}`;
  const why = missing.sentence && missing.sentence !== missing.reason ? `${missing.reason}, ${missing.sentence}` : missing.reason;
  return `Not recorded since ${since(Date.parse(missing.since))}: ${why.replace(/\.$/, "")}`;
}

const MODES = { sizes: "by packet sizes", pixels: "by pixel motion", always: "always" };

function watching(analysis, wanted) {
  if (!wanted) return "Not analysed, as its settings say";
  if (!analysis?.gate) return "Not analysed yet: the analyser is starting";
  if (analysis.catching_up) return "Analysis catches up with what was recorded meanwhile";
  const { gate } = analysis;
  const rate = `${round(analysis.got_fps)} of ${round(analysis.wanted_fps)} pictures per second looked at`;
  const said = [`Analysis ${gate.state}${gate.mode in MODES ? `, woken ${MODES[gate.mode]}` : ""}: ${gate.why.replace(/\.$/, "")}`];
  if (gate.state === "awake") said.push(rate);
  said.push(...analysis.sentences.slice(0, 1).map((one) => one.replace(/\.$/, "")));
  return said.join(". ");
}

const round = (rate) => (rate < 9.95 ? Math.round(rate * 10) / 10 : Math.round(rate));
