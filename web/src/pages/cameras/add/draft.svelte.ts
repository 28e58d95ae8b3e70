/** The camera that is being added: what was found, typed and seen so far. Gone with the page. */
import { api, ask, patience } from "$lib/api/client";
import type { components } from "$lib/api/schema";
import { Asked } from "$lib/state/asked.svelte";
import { cameras } from "$lib/state/cameras.svelte";

import { Drawing } from "../masks/drawing.svelte";
import type { Known } from "./steps";
import { daysFlaw, mayNeedLogin, nameFlaw, purposeFlaw, shortOf, splitLogin, suggestName } from "./words";

export type Discovery = components["schemas"]["Discovery"];
export type Examined = components["schemas"]["Examined"];

const LOOK_MS = 60_000;
const DAYS = 14;
const DENIED = ["password_needed", "wrong_password", "forbidden"];

export class Draft {
  /** Who answered on the networks; kept while one goes back and forth. */
  readonly discovery = new Asked<Discovery>();
  url = $state("");
  user = $state("");
  password = $state("");
  /** What was typed as an address, as it was typed but for a password. */
  typed = $state("");
  /** The camera's own words for itself, to make a name of. */
  #words: readonly string[] = [];
  examined = $state.raw<Examined | null>(null);
  /** For which camera, user and password. */
  #examinedFor = "";
  name = $state("");
  purpose = $state("");
  days = $state<number | null>(DAYS);
  drawing = $state(new Drawing([]));
  added = $state<string | null>(null);

  readonly taken = $derived(cameras.list.map((camera) => camera.name));
  readonly short = $derived(shortOf(this.url));
  readonly known: Known = $derived({
    url: this.url,
    needsLogin: mayNeedLogin(this.url),
    works: this.examined?.works ?? false,
    isDescribed:
      nameFlaw(this.name, this.taken) === null &&
      purposeFlaw(this.purpose) === null &&
      daysFlaw(this.days) === null,
    isAdded: this.added !== null,
  });
  /** The camera refused this user; null: it did not, or something was changed since. */
  readonly denied = $derived(
    this.examined?.reason && DENIED.includes(this.examined.reason) ? this.examined : null,
  );

  /** Another camera: what was seen of the one before is of no use. */
  choose(url: string, words: readonly string[]): void {
    const login = splitLogin(url);
    if (login.url !== this.url) {
      this.forget();
      this.url = login.url;
    }
    this.#words = words;
    if (login.user) [this.user, this.password] = [login.user, login.password];
  }

  /** Another lens, or another camera of the same recorder, at the address that it told. */
  chooseOther(name: string, url: string): void {
    const [user, password] = [this.user, this.password];
    this.choose(url, [name]);
    if (!this.user) [this.user, this.password] = [user, password];
  }

  /** Whether it has to be asked (again). */
  get isStale(): boolean {
    return this.examined === null || this.#examinedFor !== this.#key;
  }

  /** Asks the camera, and plays it for seconds. */
  async look(signal: AbortSignal): Promise<void> {
    this.examined = null;
    const asked = this.#key;
    const login = this.user && mayNeedLogin(this.url) ? { user: this.user, password: this.password } : {};
    const told = await ask(
      api.POST("/api/cameras/examine", {
        body: { url: this.url, ...login },
        signal,
        fetch: patience(LOOK_MS),
      }),
    );
    if (signal.aborted) return;
    this.examined = told;
    this.#examinedFor = asked;
    const device = told.device;
    this.name ||= suggestName([...this.#words, device?.model ?? "", this.short], this.taken);
  }

  /** Adds it to the settings. */
  async add(): Promise<void> {
    const given = {
      name: this.name,
      purpose: this.purpose.trim(),
      ...this.examined?.settings,
      retention: { days: this.days },
      ...(this.drawing.rings.length > 0 ? { masks: this.drawing.rings } : {}),
    };
    await ask(api.POST("/api/cameras", { body: given }));
    const { name, url } = this;
    this.forget();
    [this.added, this.url] = [name, url];
    await cameras.refresh();
  }

  /** Asks the networks. */
  async search(): Promise<void> {
    await this.discovery.load((signal) => ask(api.GET("/api/discovery", { signal })));
  }

  /** The page is left. */
  leave(): void {
    this.forget();
    this.typed = "";
    this.discovery.stop();
    this.discovery.data = undefined;
  }

  /** All of it, the password first. */
  forget(): void {
    this.user = this.password = this.url = this.name = this.purpose = "";
    this.days = DAYS;
    this.#words = [];
    this.examined = null;
    this.#examinedFor = "";
    this.drawing = new Drawing([]);
    this.added = null;
  }

  get #key(): string {
    return JSON.stringify([this.url, this.user, this.password]);
  }
}
