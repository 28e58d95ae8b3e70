/** One camera, live: connects, shows, says how it stands, and recovers by itself. */
import { text } from "$lib/text";

import { Connection, NO_SUCH, UNSHOWABLE } from "./connection";
import { JpegScreen } from "./jpegScreen";
import type { LiveTold, Opened } from "./told";
import { canShow, type Screen, VideoScreen } from "./videoScreen";

const HIDDEN_MS = 5000; // until what nobody sees is not sent any more
const STUCK_MS = 6000; // of bytes without a picture
const PROBES = {
  h264: 'video/mp4; codecs="avc1.42e01e"',
  hevc: 'video/mp4; codecs="hvc1.1.6.L93.b0"',
};

/** `lost`: the camera sends nothing; `away`: the server does not answer. */
export type PlayerKind = "connecting" | "live" | "lost" | "away" | "refused" | "gone";

export interface PlayerState {
  kind: PlayerKind;
  says: string;
  /** Since when (ms), where that is known. */
  since: number | null;
  /** Another stream than the wanted one is shown, and why. */
  instead: string | null;
}

export interface PlayerTells {
  state: (state: PlayerState) => void;
  /** What is on the screen now was taken at this UTC (ms). */
  picture: (utcMs: number) => void;
  opened: (told: Opened) => void;
}

export interface Stage {
  /** What must be seen for anything to be sent. */
  frame: HTMLElement;
  video: HTMLVideoElement;
  still: HTMLCanvasElement;
  /** Which of the two is to be seen. */
  shows: (which: "video" | "still") => void;
}

/** What this browser can show, as the server asks for it. */
export function codecs(): string {
  const able = Object.entries(PROBES).filter(([, type]) => canShow(type));
  return [...able.map(([name]) => name), "mjpeg"].join(",");
}

export class Player {
  readonly #stage: Stage;
  readonly #tell: PlayerTells;
  readonly #path: string;
  readonly #ended = new AbortController();
  readonly #observer: IntersectionObserver;
  #connection: Connection<LiveTold> | null = null;
  #screen: Screen | null = null;
  #opened: Opened | null = null;
  #shows: "video" | "still" = "video";
  #kind: PlayerKind | null = null;
  #instead: string | null = null;
  #isQuiet = false; // said to be lost: late pictures change nothing
  #isOnScreen = false;
  #failures = 0;
  #waiting: number | null = null; // since when bytes bring no picture
  #sleep: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: Stage, camera: string, size: "small" | "large", tell: PlayerTells) {
    this.#stage = stage;
    this.#tell = tell;
    this.#path = `/api/cameras/${encodeURIComponent(camera)}/live?size=${size}&codecs=${codecs()}`;
    document.addEventListener("visibilitychange", () => this.#visible(), { signal: this.#ended.signal });
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#isOnScreen = entries.at(-1)?.isIntersecting ?? false;
        this.#visible();
      },
      { rootMargin: "150px" },
    );
    this.#observer.observe(stage.frame);
    this.#state("connecting", text.player.connecting);
  }

  close(): void {
    this.#ended.abort();
    this.#observer.disconnect();
    clearTimeout(this.#sleep);
    clearTimeout(this.#again);
    this.#stop();
  }

  #start(): void {
    this.#state("connecting", text.player.connecting);
    this.#connection = new Connection<LiveTold>(this.#path, {
      text: (told) => this.#told(told),
      bytes: (data) => this.#bytes(data),
      away: (since, code) => this.#away(since, code),
    });
  }

  #stop(): void {
    this.#connection?.close();
    this.#connection = null;
    this.#clear();
  }

  /** Nobody looks: nothing is sent. */
  #visible(): void {
    clearTimeout(this.#sleep);
    if (document.hidden || !this.#isOnScreen) this.#sleep = setTimeout(() => this.#stop(), HIDDEN_MS);
    else if (!this.#connection && !this.#ended.signal.aborted) this.#start();
  }

  #bytes(data: ArrayBuffer): void {
    if (!this.#screen) return;
    const now = performance.now();
    this.#waiting ??= now;
    if (now - this.#waiting > STUCK_MS && !document.hidden) this.#failed(text.player.stuck);
    else this.#screen.push(data);
  }

  #told(told: LiveTold): void {
    this.#isQuiet = told.is === "lost" || (this.#isQuiet && told.is !== "opened");
    if (told.is === "opened") this.#open(told);
    else if (told.is === "refused") this.#state("refused", told.sentence);
    else if (told.is === "instead") this.#instead = told.sentence;
    else if (told.is === "lost") {
      const why = told.reason && told.reason !== "nothing heard" ? `${told.reason}: ` : "";
      this.#state("lost", why + told.sentence, told.since ? Date.parse(told.since) : null);
    }
  }

  #open(told: Opened): void {
    const isJpeg = told.type === "image/jpeg";
    if (!isJpeg && !canShow(told.type)) {
      this.#connection?.send({ cannot: told.stream });
      return;
    }
    if (!this.#screen || this.#screen instanceof JpegScreen !== isJpeg) {
      this.#clear();
      const tell = {
        picture: (utc: number) => this.#picture(utc),
        failed: (sentence: string) => this.#failed(sentence),
      };
      this.#screen = isJpeg
        ? new JpegScreen(this.#stage.still, tell)
        : new VideoScreen(this.#stage.video, tell);
    }
    this.#show(isJpeg ? "still" : "video");
    this.#opened = told;
    this.#tell.opened(told);
    this.#screen.open(told);
  }

  #picture(utc: number): void {
    this.#failures = 0;
    this.#waiting = null;
    if (this.#opened && this.#shows === "still" && this.#screen instanceof VideoScreen) this.#show("video");
    if (!this.#isQuiet) this.#state("live", "");
    this.#tell.picture(utc);
  }

  #show(which: "video" | "still"): void {
    this.#shows = which;
    this.#stage.shows(which);
  }

  /** What was shown last stays on the screen meanwhile. */
  #clear(): void {
    const { video, still } = this.#stage;
    if (this.#screen instanceof VideoScreen && video.videoWidth > 0) {
      still.width = video.videoWidth;
      still.height = video.videoHeight;
      still.getContext("2d")?.drawImage(video, 0, 0);
      this.#show("still");
    }
    this.#screen?.close();
    this.#screen = null;
    this.#waiting = null;
  }

  /** The decoder gave up: begin anew, not too often. */
  #failed(sentence: string): void {
    this.#failures += 1;
    this.#stop();
    this.#state("connecting", text.player.anew(sentence));
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#visible(), Math.min(500 * 2 ** this.#failures, 15_000));
  }

  #away(since: number, code: number): void {
    this.#clear();
    if (code === UNSHOWABLE) return; // refused: said already
    if (code === NO_SUCH) this.#state("gone", text.player.gone);
    else this.#state("away", text.player.away, since);
  }

  #state(kind: PlayerKind, says: string, since: number | null = null): void {
    if (kind === "live" && this.#kind === "live") return;
    this.#kind = kind;
    this.#tell.state({ kind, says, since, instead: kind === "live" ? this.#instead : null });
  }
}
