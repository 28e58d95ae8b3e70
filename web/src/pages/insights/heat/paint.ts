/** Heat maps on a canvas: areas of steps with lines between them, or patches of the ground. */
import { type Field, fieldOf, isEdge } from "./field";
import type { Heat } from "./reading";
import { colourOf, legendOf, stepOf } from "./scale";

/** Points on the longer side of the canvas. */
const FINE = 960;
const EDGE: readonly [number, number, number] = [255, 255, 255];

/** Draws the map; the canvas gets the size it needs. */
export function paint(canvas: HTMLCanvasElement, heat: Heat, steps: readonly number[], aspect: number): void {
  if (heat.patches) {
    canvas.width = FINE;
    canvas.height = Math.round(FINE / aspect);
    patches(canvas, heat, steps);
  } else {
    const finer = Math.max(1, Math.round(FINE / Math.max(heat.columns, heat.rows)));
    areas(canvas, fieldOf(heat, steps, finer), steps);
  }
}

/** The map over its picture, with the scale beneath: a picture to keep. */
export function composed(
  still: HTMLImageElement | null,
  drawn: HTMLCanvasElement,
  opacity: number,
  aspect: number,
  words: { title: string; entries: readonly string[]; steps: readonly number[]; font: string },
): HTMLCanvasElement {
  const [width, foot] = [1280, 110];
  const height = Math.round(width / aspect);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height + foot];
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, width, height);
  if (still?.naturalWidth) pen.drawImage(still, 0, 0, width, height);
  pen.globalAlpha = opacity;
  pen.drawImage(drawn, 0, 0, width, height);
  pen.globalAlpha = 1;
  pen.fillStyle = "#fff";
  pen.fillRect(0, height, width, foot);
  pen.fillStyle = "#111";
  pen.font = `600 22px ${words.font}`;
  pen.fillText(words.title, 20, height + 36, width - 40);
  pen.font = `18px ${words.font}`;
  let x = 20;
  for (const [place, { colour }] of legendOf(words.steps).entries()) {
    const entry = words.entries[place] ?? "";
    pen.fillStyle = colour;
    pen.fillRect(x, height + 60, 28, 28);
    pen.strokeRect(x, height + 60, 28, 28);
    pen.fillStyle = "#111";
    pen.fillText(entry, x + 36, height + 80);
    x += 60 + pen.measureText(entry).width;
  }
  return canvas;
}

function areas(canvas: HTMLCanvasElement, field: Field, steps: readonly number[]): void {
  [canvas.width, canvas.height] = [field.width, field.height];
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const picture = pen.createImageData(field.width, field.height);
  // A number a point: half a million small arrays would take ten times as long.
  const points = new Uint32Array(picture.data.buffer);
  const edge = packed(EDGE);
  const colours = Uint32Array.from([0, ...steps.map((_, step) => packed(parts(colourOf(step, steps))))]);
  for (let y = 0; y < field.height; y++)
    for (let x = 0; x < field.width; x++) {
      const at = y * field.width + x;
      const step = field.steps[at] ?? 0;
      if (step > 0) points[at] = isEdge(field, x, y) ? edge : (colours[step] ?? 0);
    }
  pen.putImageData(picture, 0, 0);
}

function patches(canvas: HTMLCanvasElement, heat: Heat, steps: readonly number[]): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.strokeStyle = "rgb(255 255 255 / 0.5)";
  for (const { seconds, corners } of heat.patches ?? []) {
    const step = stepOf(seconds, steps);
    if (step < 0) continue;
    pen.beginPath();
    for (const [x = 0, y = 0] of corners) pen.lineTo(x * canvas.width, y * canvas.height);
    pen.closePath();
    pen.fillStyle = colourOf(step, steps);
    pen.fill();
    pen.stroke();
  }
}

function parts(colour: string): readonly [number, number, number] {
  const part = (at: number): number => parseInt(colour.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** Opaque, in the order of bytes that all browsers' machines have. */
const packed = ([red, green, blue]: readonly [number, number, number]): number =>
  ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
