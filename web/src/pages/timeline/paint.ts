/** Draws the timeline on a canvas: ticks, what was recorded, how much moved, gaps, events. */
import { hourMinute, MINUTE } from "$lib/time/spans";

import { type View, xOf } from "./axis";
import { AXIS, BETWEEN, type Lane, laneHeight, laneTop, MARKS } from "./lanes";
import { corners, markOf, rowOf } from "./marks";
import { ticks } from "./ticks";

export type Colours = (token: string) => string;

interface Sheet {
  pen: CanvasRenderingContext2D;
  view: View;
  width: number;
  height: number;
  colours: Colours;
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const date = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

/** `scale`: device pixels of a CSS pixel; `now`: UTC ms, what lies after it is still to come. */
export function paint(sheet: Sheet, lanes: readonly Lane[], now: number): void {
  const { pen, width, height } = sheet;
  pen.clearRect(0, 0, width, height);
  lanes.forEach((lane, n) => paintLane(sheet, lane, laneTop(n, lanes.length), laneHeight(lanes.length), now));
  paintTicks(sheet);
}

function paintTicks({ pen, view, width, height, colours }: Sheet): void {
  const isFine = view.to - view.from <= 10 * MINUTE;
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  for (const { at, x, kind } of ticks(view, width, isFine ? 96 : 72)) {
    const px = Math.round(x) + 0.5;
    pen.strokeStyle = colours(kind === "midnight" ? "--edge" : "--rule");
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(px, kind === "minor" ? AXIS - 5 : AXIS - 8);
    pen.lineTo(px, kind === "minor" ? AXIS : height - BETWEEN);
    pen.stroke();
    if (kind === "minor") continue;
    pen.fillStyle = colours(kind === "midnight" ? "--ink" : "--muted");
    const said = kind === "midnight" ? date.format(at) : isFine ? clock.format(at) : hourMinute(at);
    const half = pen.measureText(said).width / 2;
    if (x - half >= 0 && x + half <= width) pen.fillText(said, x, AXIS / 2 - 3);
  }
}

function paintLane(sheet: Sheet, lane: Lane, top: number, height: number, now: number): void {
  const { pen, view, width, colours } = sheet;
  const bar = top + MARKS;
  const tall = height - MARKS;
  pen.fillStyle = colours("--sunken");
  pen.fillRect(0, bar, Math.min(width, Math.max(0, xOf(view, width, now))), tall);
  pen.fillStyle = colours("--tint");
  for (const [from, to] of lane.footage?.recorded ?? []) {
    const x0 = Math.max(0, xOf(view, width, from));
    const x1 = Math.min(width, xOf(view, width, to));
    if (x1 > x0) pen.fillRect(x0, bar, Math.max(1, x1 - x0), tall);
  }
  paintActivity(sheet, lane, bar, tall);
  paintGaps(sheet, lane, bar, tall);
  pen.fillStyle = colours("--link");
  for (const [from, to] of lane.footage?.recorded ?? []) {
    const x0 = Math.max(0, xOf(view, width, from));
    const x1 = Math.min(width, xOf(view, width, to));
    if (x1 > x0) pen.fillRect(x0, bar + tall - 3, Math.max(1, x1 - x0), 3);
  }
  paintEvents(sheet, lane, top);
}

function paintActivity(
  { pen, view, width, colours }: Sheet,
  { activity }: Lane,
  top: number,
  tall: number,
): void {
  if (!activity) return;
  pen.fillStyle = colours("--link");
  pen.globalAlpha = 0.55;
  activity.density.forEach((density, n) => {
    if (!density) return;
    const x0 = xOf(view, width, activity.from + n * activity.step);
    const x1 = xOf(view, width, activity.from + (n + 1) * activity.step);
    if (x1 < 0 || x0 > width) return;
    const high = Math.max(1, density * (tall - 6));
    pen.fillRect(x0, top + tall - 3 - high, Math.max(1, x1 - x0), high);
  });
  pen.globalAlpha = 1;
}

function paintGaps({ pen, view, width, colours }: Sheet, { footage }: Lane, top: number, tall: number): void {
  for (const gap of footage?.gaps ?? []) {
    const x0 = Math.max(0, xOf(view, width, gap.from));
    const x1 = Math.min(width, xOf(view, width, gap.to));
    if (x1 <= 0 || x0 >= width) continue;
    const wide = Math.max(2, x1 - x0);
    const isChosen = gap.reason === "disabled by owner" || gap.reason === "retention ended";
    pen.save();
    pen.beginPath();
    pen.rect(x0, top, wide, tall);
    pen.clip();
    pen.fillStyle = colours(isChosen ? "--sunken" : "--bad-tint");
    pen.fillRect(x0, top, wide, tall);
    pen.strokeStyle = colours(isChosen ? "--edge" : "--bad");
    pen.lineWidth = 1;
    pen.globalAlpha = isChosen ? 0.4 : 0.7;
    pen.beginPath();
    const first = Math.floor((x0 - tall) / 8) * 8;
    for (let x = first; x < x0 + wide; x += 8) {
      pen.moveTo(x, top + tall);
      pen.lineTo(x + tall, top);
    }
    pen.stroke();
    pen.restore();
  }
}

function paintEvents({ pen, view, width, colours }: Sheet, { events }: Lane, top: number): void {
  const drawn = new Map<string, number>();
  for (const event of rareLast(events)) {
    const x = xOf(view, width, Date.parse(event.time));
    if (x < -8 || x > width + 8) continue;
    // Marks of a kind that would lie on each other are one.
    if (Math.abs((drawn.get(event.kind) ?? -Infinity) - x) < 7) continue;
    drawn.set(event.kind, x);
    const { shape, colour } = markOf(event.kind);
    const y = top + rowOf(event.kind);
    const points = corners(shape, 5);
    pen.beginPath();
    if (!points) pen.arc(x, y, 5, 0, 2 * Math.PI);
    points?.forEach(([dx, dy], n) => (n === 0 ? pen.moveTo(x + dx, y + dy) : pen.lineTo(x + dx, y + dy)));
    pen.closePath();
    pen.fillStyle = colours(colour);
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = colours("--surface");
    pen.stroke();
  }
}

/** What is rare lies on what is common. */
function rareLast(events: Lane["events"]): Lane["events"] {
  const count = new Map<string, number>();
  for (const { kind } of events) count.set(kind, (count.get(kind) ?? 0) + 1);
  const often = (kind: string): number => count.get(kind) ?? 0;
  return [...events].sort((a, b) => often(b.kind) - often(a.kind));
}
