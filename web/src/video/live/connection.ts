/** A WebSocket that comes back by itself: after a loss at once, then more and more seldom. */

const FIRST_MS = 300;
const MOST_MS = 10_000;
const SELDOM_MS = 30_000;
const QUIET_MS = 8000; // the server says something every 2 s
/** Codes with which the server closes: no such camera or stream, or switched off; cannot be shown. */
export const NO_SUCH = 4404;
export const UNSHOWABLE = 4415;

export interface Heard<Told> {
  text: (told: Told) => void;
  bytes?: (data: ArrayBuffer) => void;
  /** The connection was lost: since when (ms), and the code it was closed with. */
  away: (since: number, code: number) => void;
}

export class Connection<Told> {
  readonly #path: string;
  readonly #heard: Heard<Told>;
  #socket: WebSocket | null = null;
  #wait = FIRST_MS;
  #since: number | null = null;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(path: string, heard: Heard<Told>) {
    this.#path = path;
    this.#heard = heard;
    this.#connect();
  }

  send(told: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(told));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    const socket = this.#socket;
    // Browsers complain of a connection that is closed before it is one.
    if (socket?.readyState === WebSocket.CONNECTING) socket.addEventListener("open", () => socket.close());
    else socket?.close();
  }

  #connect(): void {
    const address = new URL(this.#path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    let last = performance.now();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (this.#closed || this.#socket !== socket) return;
      last = performance.now();
      this.#wait = FIRST_MS;
      this.#since = null;
      if (typeof data === "string") this.#heard.text(JSON.parse(data) as Told);
      else this.#heard.bytes?.(data);
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (performance.now() - last < QUIET_MS) return;
      socket.close();
      this.#lost(socket, 1006); // a dead network does not answer to close
    }, 1000);
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#closed || this.#socket !== socket) return;
    this.#socket = null;
    clearInterval(this.#watch);
    this.#since ??= Date.now();
    this.#heard.away(this.#since, code);
    const isUseless = code === UNSHOWABLE || code === NO_SUCH;
    const wait = isUseless ? SELDOM_MS : this.#wait * (0.75 + Math.random() / 2);
    this.#wait = Math.min(this.#wait * 2, MOST_MS);
    this.#timer = setTimeout(() => this.#connect(), wait);
  }
}
