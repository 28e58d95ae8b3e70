/** The exact picture of a moment as a file, its masks black as the server makes them. */
import { picturePath } from "$lib/video/recorded/footage";

const PATIENCE_MS = 20_000;

/** false: there is none. */
export async function saveSnapshot(camera: string, stream: string, at: number): Promise<boolean> {
  const answer = await fetch(picturePath({ camera, stream, at, isExact: true }), {
    headers: { "x-wish": `${Date.now()}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok) return false;
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `${camera}-${new Date(at).toISOString().replaceAll(":", "")}.jpg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}
