/** What the processes say of themselves, out of facts whose form each of them chooses: never trusted to be
 *  there. */

import { sinceWhen } from "$lib/pages/live/standing";
import type { System } from "$lib/state/site.svelte";
import { isStarting } from "$lib/state/trouble";
import { text } from "$lib/text";
import { bytes, percent } from "$lib/text/amounts";
import { lasting } from "$lib/time/spans";

type Facts = Record<string, unknown>;
type Process = System["processes"][number];

export interface Part {
  name: string;
  tone: "good" | "wait" | "bad" | "plain";
  state: string;
  /** What is wrong, in sentences. */
  problems: string[];
  /** Name and value. */
  facts: [string, string][];
}

export interface Gate {
  camera: string;
  state: string;
  tone: "good" | "wait" | "plain";
  why: string;
  /** Shares of time, 0..1; null: not measured yet. */
  shares: { awake: number; watching: number; asleep: number } | null;
  got: number;
  wanted: number;
  lag_s: number;
  /** Pictures that could not be looked at. */
  lost: number;
  sentences: string[];
}

const ORDER = ["supervisor", "recorder", "analyser", "web"];

/** Every process with what matters of it: the supervisor first. */
export function partsOf({ processes }: System, now = Date.now()): Part[] {
  const supervised = record(processes.find((one) => one.process === "supervisor")?.facts.parts);
  const place = (name: string): number => ORDER.findIndex((one) => name.startsWith(one));
  return [...processes]
    .sort(
      (one, other) => place(one.process) - place(other.process) || one.process.localeCompare(other.process),
    )
    .map((one) => {
      const starts = isStarting(processes, one.process, now);
      return partOf(one, record(supervised[one.process]), starts);
    });
}

function partOf({ process, alive, told, facts }: Process, kept: Facts, starts: boolean): Part {
  const say = text.system.processes;
  const state = string(kept.state);
  const waits = starts || (state !== "" && state !== "running");
  return {
    name: process,
    tone: waits ? "wait" : alive ? "good" : "bad",
    state: starts ? say.starts : alive || waits ? (say.states[state] ?? (state || say.alive)) : say.silent,
    problems: [...strings(facts.problems), ...strings([facts.problem])],
    facts: [[say.said, sinceWhen(told)], ...ofSupervision(kept), ...ofFacts(process, facts)],
  };
}

function ofSupervision(kept: Facts): [string, string][] {
  const say = text.system.processes;
  const found: [string, string][] = [];
  if (typeof kept.since_ns === "number") found.push([say.since, sinceWhen(kept.since_ns / 1e6)]);
  if (typeof kept.restarts === "number") found.push([say.restarts, String(kept.restarts)]);
  const end = string(record(kept.last_end).reason);
  if (end) found.push([say.lastEnd, end]);
  if (typeof kept.pid === "number") found.push([say.pid, String(kept.pid)]);
  return found;
}

function ofFacts(process: string, facts: Facts): [string, string][] {
  const say = text.system.processes;
  if (process.startsWith("analyser")) return ofAnalyser(facts);
  if (process === "recorder")
    return [
      [say.waiting, bytes(number(facts.waiting_bytes))],
      [say.behind, lasting(number(facts.behind_s))],
    ];
  if (process === "web")
    return [
      [say.address, string(facts.address)],
      [say.connections, String(number(facts.connections))],
    ];
  const settings = record(facts.settings);
  if (typeof settings.version !== "number") return [];
  return [[say.settings, say.version(settings.version, string(settings.by))]];
}

function ofAnalyser(facts: Facts): [string, string][] {
  const say = text.system.processes;
  const rate = records(facts.cameras).reduce((sum, camera) => sum + number(camera.got_fps), 0);
  const takes = number(facts.detector_ms);
  return [
    [say.detector, string(facts.detector)],
    [say.pictureTakes, `${takes} ms`],
    [say.pictures, say.perSecond(tenth(rate))],
    [say.load, say.busy(percent(detectorLoad(rate, takes)))],
    [say.gate, say.gateIs(number(facts.awake), number(facts.asleep))],
  ];
}

/** The share of time in which the detector works, 0..1 and above where it cannot keep up. */
export function detectorLoad(rate: number, takes_ms: number): number {
  return (rate * takes_ms) / 1000;
}

/** How the gate does at each camera, of all analysers. */
export function gatesOf({ processes }: System): Gate[] {
  return processes
    .filter((one) => one.process.startsWith("analyser") && one.alive)
    .flatMap((one) => records(one.facts.cameras))
    .map(gateOf)
    .sort((one, other) => one.camera.localeCompare(other.camera));
}

function gateOf(camera: Facts): Gate {
  const gate = record(camera.gate);
  const state = string(gate.state);
  const measured = ["share_awake", "share_watching", "share_asleep"].map((key) => gate[key]);
  const [awake, watching, asleep] = measured;
  const isMeasured = typeof awake === "number" && typeof watching === "number" && typeof asleep === "number";
  return {
    camera: string(camera.camera),
    state,
    tone: state === "awake" ? "good" : state === "watching" ? "wait" : "plain",
    why: string(gate.why),
    shares: isMeasured ? { awake, watching, asleep } : null,
    got: number(camera.got_fps),
    wanted: number(camera.wanted_fps),
    lag_s: number(camera.lag_s),
    lost: ["undecodable", "missed", "skipped", "failed"].reduce((sum, key) => sum + number(camera[key]), 0),
    sentences: strings(camera.sentences),
  };
}

/** "7", "6.5". */
export const tenth = (value: number): string => String(Math.round(10 * value) / 10);

const record = (value: unknown): Facts =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Facts) : {};
const records = (value: unknown): Facts[] => (Array.isArray(value) ? value.map(record) : []);
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const string = (value: unknown): string => (typeof value === "string" ? value : "");
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && one !== "") : [];
