/** How a camera stands: a word for its badge, and a line that says more. */
import type { Camera } from "$lib/api/types";
import { text } from "$lib/text";
import { clockTime, dateTime, startOfDay } from "$lib/time/spans";

export interface Standing {
  tone: "good" | "wait" | "bad" | "plain";
  word: string;
  says: string;
}

interface Analysis {
  catching_up?: boolean;
  got_fps: number;
  wanted_fps: number;
  gate?: { state: string; mode: string; why: string };
  sentences?: string[];
}

const SLOW = 0.8; // of the wanted pictures per second

const bare = (sentence: string): string => sentence.replace(/\.$/, "");
const sentences = (parts: readonly string[]): string => parts.map((part) => `${bare(part)}.`).join(" ");
const rate = (fps: number): number => (fps < 9.95 ? Math.round(fps * 10) / 10 : Math.round(fps));

/** The time alone where it is of today. */
export function sinceWhen(moment: string | number): string {
  return startOfDay(moment) === startOfDay(Date.now()) ? clockTime(moment) : dateTime(moment);
}

export function standing(camera: Camera): Standing {
  const said = text.live.standing;
  const isRecorded = camera.streams.some((stream) => stream.recorded);
  const missing = camera.state.recording.find((stream) => !stream.recording);
  const analysis = watching(camera);
  if (!isRecorded)
    return { tone: "plain", word: said.notRecorded, says: sentences([said.asSet, ...analysis]) };
  const first = camera.state.recording[0];
  if (!first) return { tone: "wait", word: said.unknown, says: sentences([said.silent, ...analysis]) };
  if (missing) {
    const why =
      missing.sentence && missing.sentence !== missing.reason
        ? `${missing.reason}, ${missing.sentence}`
        : (missing.reason ?? missing.sentence);
    return {
      tone: "bad",
      word: said.gap,
      says: sentences([said.missing(sinceWhen(missing.since), why), ...analysis]),
    };
  }
  const isLame = isSlow(camera);
  return {
    tone: isLame ? "wait" : "good",
    word: isLame ? said.slow : said.recorded,
    says: sentences([said.since(sinceWhen(first.since)), ...analysis]),
  };
}

/** Whether fewer pictures are looked at than its settings ask for. */
function isSlow(camera: Camera): boolean {
  const analysis = camera.state.analysis as Analysis | null;
  if (!analysis?.gate || analysis.catching_up || analysis.gate.state !== "awake") return false;
  return analysis.got_fps < SLOW * analysis.wanted_fps;
}

function watching(camera: Camera): string[] {
  const said = text.live.standing;
  if (!camera.streams.some((stream) => stream.analysed)) return [said.notAnalysed];
  const analysis = camera.state.analysis as Analysis | null;
  if (!analysis?.gate) return [said.starting];
  if (analysis.catching_up) return [said.catchingUp];
  const { gate } = analysis;
  const parts = [said.gate(gate.state, said.modes[gate.mode] ?? null, bare(gate.why))];
  if (gate.state === "awake") parts.push(said.rate(rate(analysis.got_fps), rate(analysis.wanted_fps)));
  return [...parts, ...(analysis.sentences ?? []).slice(0, 1)];
}
