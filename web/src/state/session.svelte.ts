/** Who sits here, and what they may do. */
import { api, ask, onSignedOut, Problem } from "$lib/api/client";
import type { Me, Right } from "$lib/api/types";

export type Standing = "asking" | "away" | "first" | "out" | "in";

class Session {
  /** asking: not known yet; away: no server; first: the first account is to be made; out, in. */
  standing = $state<Standing>("asking");
  me = $state<Me | null>(null);
  /** Why nothing is known. */
  problem = $state<string | null>(null);

  constructor() {
    onSignedOut(() => this.#leave());
  }

  /** Asks the server; called at the start, after signing in, and when the server was away. */
  async begin(): Promise<void> {
    try {
      const start = await ask(api.GET("/api/setup"));
      if (!start.signed_in) {
        this.me = null;
        this.standing = start.needed ? "first" : "out";
        return;
      }
      this.me = await ask(api.GET("/api/me"));
      this.standing = "in";
      this.problem = null;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return;
      this.problem = error instanceof Error ? error.message : String(error);
      this.standing = "away";
    }
  }

  may(right: Right): boolean {
    return this.me?.rights.includes(right) ?? false;
  }

  async signIn(name: string, password: string): Promise<void> {
    await ask(api.POST("/api/login", { body: { name, password } }));
    await this.begin();
  }

  async makeFirst(token: string, name: string, password: string): Promise<void> {
    await ask(api.POST("/api/setup", { body: { token, name, password } }));
    await this.begin();
  }

  async signOut(): Promise<void> {
    try {
      await ask(api.POST("/api/logout"));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
    }
    this.#leave();
  }

  #leave(): void {
    // While somebody types their password a wrong one is no loss of a session.
    if (this.standing !== "in") return;
    this.me = null;
    this.standing = "out";
  }
}

export const session = new Session();
