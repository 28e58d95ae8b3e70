/** A trial on its way: what was asked, how far it came, what it found. */
import { api, ask } from "$lib/api/client";
import type { components } from "$lib/api/schema";
import type { Rule } from "$lib/scene/rules";

import { asked, type Compared, compared, progress, run, type Span, spanOf, type Trial } from "./trial";

export class Tryout {
  trial = $state.raw<Trial | null>(null);
  /** The rules that it was about. */
  rules = $state.raw<readonly Rule[]>([]);
  saved = $state.raw<readonly Rule[]>([]);
  busy = $state(false);
  share = $state(0);
  problem = $state<string | null>(null);
  /** The rule of which events are listed. */
  shown = $state<string | null>(null);
  /** The track whose way is lit. */
  lit = $state<number | null>(null);
  #turn: AbortController | null = null;

  readonly found = $derived<Compared[]>(this.trial ? compared(this.trial, this.rules, this.saved) : []);

  constructor(readonly camera: string) {}

  async begin(
    span: Span,
    rules: readonly Rule[],
    saved: readonly Rule[],
    plain: (rule: Rule) => Record<string, unknown>,
  ): Promise<void> {
    this.stop();
    const turn = new AbortController();
    this.#turn = turn;
    this.busy = true;
    this.share = 0;
    this.problem = null;
    this.trial = null;
    this.lit = null;
    this.rules = rules;
    this.saved = saved;
    const { from, to } = spanOf(span, Date.now());
    const body = asked(rules, saved).map(plain);
    try {
      await run(
        (begin, end) => this.#ask(body, begin, end, turn.signal),
        from,
        to,
        (sofar) => {
          this.trial = sofar;
          this.share = progress(sofar, from, to);
        },
        turn.signal,
      );
    } catch (error) {
      if (!turn.signal.aborted) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#turn === turn) this.busy = false;
    }
  }

  /** Enough: what was found so far stays. */
  stop(): void {
    this.#turn?.abort();
    this.busy = false;
  }

  async #ask(
    rules: Record<string, unknown>[],
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<Trial> {
    const body = { rules, from, to } as components["schemas"]["RulesToTry"];
    const params = { path: { camera: this.camera } };
    return (await ask(
      api.POST("/api/cameras/{camera}/rules/try", { params, body, signal }),
    )) as unknown as Trial;
  }
}
