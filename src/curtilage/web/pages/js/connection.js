// A WebSocket that comes back by itself: after a loss at once, then more and more seldom.

const FIRST_MS = 300;
const MOST_MS = 10000;
const QUIET_MS = 8000; // the server says something every 2 s
const NO_SUCH = 4404; // camera or stream, or switched off
const UNSHOWABLE = 4415;

export class Connection {
  /** `path` of this server; `tell.text(json)`, `tell.bytes(buffer)`, `tell.away(sinceMs, code)`. */
  constructor(path, tell) {
    this.path = path;
    this.tell = tell;
    this.wait = FIRST_MS;
    this.since = null; // when the server was lost
    this.#connect();
  }

  send(told) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(told));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.socket?.close();
  }

  #connect() {
    const address = new URL(this.path, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    let heard = performance.now();
    socket.onmessage = ({ data }) => {
      if (this.closed || this.socket !== socket) return;
      heard = performance.now();
      this.wait = FIRST_MS;
      this.since = null;
      if (typeof data === "string") this.tell.text(JSON.parse(data));
      else this.tell.bytes(data);
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      if (performance.now() - heard < QUIET_MS) return;
      socket.close();
      this.#lost(socket, 1006); // a dead network does not answer to close
    }, 1000);
  }

  #lost(socket, code) {
    if (this.closed || this.socket !== socket) return;
    this.socket = null;
    clearInterval(this.watch);
    this.since ??= Date.now();
    this.tell.away(this.since, code);
    const wait = code === UNSHOWABLE || code === NO_SUCH ? 30000 : this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, MOST_MS);
    this.timer = setTimeout(() => this.#connect(), wait);
  }
}
