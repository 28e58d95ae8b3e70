// Shows JPEG pictures on a canvas: 8 bytes of UTC (ms, float64), then the picture.

export class JpegScreen {
  constructor(canvas, tell) {
    this.canvas = canvas;
    this.tell = tell;
    this.next = null;
    this.busy = false;
  }

  open() {}

  /** Newest wins: what comes while a picture is decoded waits, one at most. */
  push(bytes) {
    this.next = bytes;
    if (!this.busy) this.#draw();
  }

  close() {
    this.next = null;
  }

  async #draw() {
    this.busy = true;
    try {
      while (this.next) {
        const bytes = this.next;
        this.next = null;
        const utc = new DataView(bytes).getFloat64(0);
        try {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes, 8)], { type: "image/jpeg" }));
          this.canvas.width = picture.width;
          this.canvas.height = picture.height;
          this.canvas.getContext("2d").drawImage(picture, 0, 0);
          picture.close();
          this.tell.picture(utc);
        } catch {
          // a damaged picture: the next one comes
        }
      }
    } finally {
      this.busy = false;
    }
  }
}
