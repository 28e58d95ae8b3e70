// One camera, live: connects, shows, says how it stands, and recovers by itself.

import { Connection } from "./connection.js";
import { JpegScreen } from "./jpeg_screen.js";
import { canShow, VideoScreen } from "./video_screen.js";

const HIDDEN_MS = 5000; // until what nobody sees is not sent any more
const STUCK_MS = 6000; // of bytes without a picture
const PROBES = {
  h264: 'video/mp4; codecs="avc1.42e01e"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L93.b0"',
};

export function codecs() {
  return [...Object.keys(PROBES).filter((name) => canShow(PROBES[name])), "mjpeg"].join(",");
}

export class Player {
  /**
   * `stage`: element with a <video>, and a <canvas class="still">.
   * `tell.state({kind, text, since})`: kind is connecting, live, lost, away, refused or gone.
   * `tell.picture(utcMs)`: what is on the screen now.
   */
  constructor(stage, camera, size, tell) {
    this.stage = stage;
    this.video = stage.querySelector("video");
    this.still = stage.querySelector("canvas.still");
    this.tell = tell;
    this.path = `api/cameras/${encodeURIComponent(camera)}/live?size=${size}&codecs=${codecs()}`;
    this.failures = 0;
    this.ended = new AbortController();
    document.addEventListener("visibilitychange", () => this.#visible(), { signal: this.ended.signal });
    this.observer = new IntersectionObserver(
      ([entry]) => {
        this.onScreen = entry.isIntersecting;
        this.#visible();
      },
      { rootMargin: "150px" },
    );
    this.observer.observe(stage);
    this.#state("connecting", "connecting …");
  }

  close() {
    this.ended.abort();
    this.observer.disconnect();
    clearTimeout(this.sleep);
    clearTimeout(this.again);
    this.#stop();
  }

  #start() {
    this.#state("connecting", "connecting …");
    this.connection = new Connection(this.path, {
      text: (told) => this.#told(told),
      bytes: (data) => this.#bytes(data),
      away: (since, code) => this.#away(since, code),
    });
  }

  #stop() {
    this.connection?.close();
    this.connection = null;
    this.#clear();
  }

  /** Nobody looks: nothing is sent. */
  #visible() {
    clearTimeout(this.sleep);
    if (document.hidden || !this.onScreen) this.sleep = setTimeout(() => this.#stop(), HIDDEN_MS);
    else if (!this.connection) this.#start();
  }

  #bytes(data) {
    if (!this.screen) return;
    const now = performance.now();
    this.waiting ??= now;
    if (now - this.waiting > STUCK_MS && !document.hidden) this.#failed("nothing could be shown");
    else this.screen.push(data);
  }

  #told(told) {
    this.quiet = told.is === "lost" || (this.quiet && told.is !== "opened"); // late pictures change nothing
    if (told.is === "opened") this.#opened(told);
    else if (told.is === "lost") this.#state("lost", told.sentence, told.since && Date.parse(told.since), told.reason);
    else if (told.is === "refused") this.#state("refused", told.sentence);
    else if (told.is === "instead") this.instead = told.sentence;
  }

  #opened(told) {
    const jpeg = told.type === "image/jpeg";
    if (!jpeg && !canShow(told.type)) {
      this.connection.send({ cannot: told.stream });
      return;
    }
    const Kind = jpeg ? JpegScreen : VideoScreen;
    if (!(this.screen instanceof Kind)) {
      this.#clear();
      const element = jpeg ? this.still : this.video;
      this.screen = new Kind(element, {
        picture: (utc, about) => this.#picture(utc, about),
        failed: (sentence) => this.#failed(sentence),
      });
    }
    this.stage.dataset.shows = jpeg ? "still" : "video";
    this.stage.style.setProperty("--aspect", `${told.width} / ${told.height}`);
    this.opened = told;
    this.screen.open(told);
  }

  #picture(utc, about) {
    this.failures = 0;
    this.waiting = null;
    if (this.opened && this.stage.dataset.shows === "still" && this.screen instanceof VideoScreen) {
      this.stage.dataset.shows = "video";
    }
    if (!this.quiet) this.#state("live", "live");
    this.tell.picture(utc, about);
  }

  /** What was shown last stays on the screen meanwhile. */
  #clear() {
    if (this.screen instanceof VideoScreen && this.video.videoWidth) {
      this.still.width = this.video.videoWidth;
      this.still.height = this.video.videoHeight;
      this.still.getContext("2d").drawImage(this.video, 0, 0);
      this.stage.dataset.shows = "still";
    }
    this.screen?.close();
    this.screen = this.waiting = null;
  }

  /** The decoder gave up: begin anew, not too often. */
  #failed(sentence) {
    this.failures += 1;
    this.#stop();
    this.#state("connecting", `beginning anew: ${sentence}`);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.#visible(), Math.min(500 * 2 ** this.failures, 15000));
  }

  #away(since, code) {
    this.#clear();
    if (code === 4415) return; // refused: said already
    if (code === 4404) this.#state("gone", "this camera is switched off");
    else this.#state("away", "the server does not answer; trying again", since);
  }

  #state(kind, text, since = null, reason = null) {
    if (kind === "live" && this.kind === "live") return;
    this.kind = kind;
    this.stage.dataset.state = kind;
    this.tell.state({ kind, text, since, reason, note: kind === "live" ? this.instead : undefined });
  }
}
