/** Shows JPEG pictures on a canvas: 8 bytes of UTC (ms, float64), then the picture. */
import type { Screen, ScreenTells } from "./videoScreen";

export class JpegScreen implements Screen {
  readonly #canvas: HTMLCanvasElement;
  readonly #tell: ScreenTells;
  #next: ArrayBuffer | null = null;
  #busy = false;

  constructor(canvas: HTMLCanvasElement, tell: ScreenTells) {
    this.#canvas = canvas;
    this.#tell = tell;
  }

  open(): void {
    // each picture says everything
  }

  /** Newest wins: what comes while a picture is decoded waits, one at most. */
  push(bytes: ArrayBuffer): void {
    this.#next = bytes;
    if (!this.#busy) void this.#draw();
  }

  close(): void {
    this.#next = null;
  }

  async #draw(): Promise<void> {
    this.#busy = true;
    while (this.#next) {
      const bytes = this.#next;
      this.#next = null;
      const utc = new DataView(bytes).getFloat64(0);
      try {
        const picture = await createImageBitmap(new Blob([new Uint8Array(bytes, 8)], { type: "image/jpeg" }));
        this.#canvas.width = picture.width;
        this.#canvas.height = picture.height;
        this.#canvas.getContext("2d")?.drawImage(picture, 0, 0);
        picture.close();
        this.#tell.picture(utc);
      } catch {
        // a damaged picture: the next one comes
      }
    }
    this.#busy = false;
  }
}
