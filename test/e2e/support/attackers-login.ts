import {
  codeLink,
  periodAt,
  rotatingCode,
} from "../../../src/login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../../../src/protocol/responses.ts";
import { parseSnapshot, type Snapshot } from "../../../src/protocol/snapshot.ts";

/** A login that an attacker has started, for somebody else to approve. */
export class AttackersLogin {
  readonly #origin: string;
  readonly #created: CreatedSession;
  readonly #begunAt = performance.now();

  private constructor(origin: string, created: CreatedSession) {
    this.#origin = origin;
    this.#created = created;
  }

  static async begin(origin: string, clientId = "screen"): Promise<AttackersLogin> {
    const answer = await fetch(`${origin}/sessions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        client_id: clientId,
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        code_challenge_method: "S256",
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return new AttackersLogin(origin, (await answer.json()) as CreatedSession);
  }

  /** The current link of its QR code. The attacker has the key, so it is always fresh. */
  async link(): Promise<string> {
    const { qr, session_id } = this.#created;
    const t = periodAt(performance.now() - this.#begunAt);
    return codeLink(qr.prefix, await rotatingCode(qr.key, session_id, t));
  }

  get userCode(): string {
    return this.#created.user_code ?? "";
  }

  /** The snapshot of the attacker's screen. */
  async snapshot(): Promise<Snapshot> {
    const { session_id, watch_token } = this.#created;
    const answer = await fetch(`${this.#origin}/sessions/${session_id}`, {
      headers: { Authorization: `Bearer ${watch_token}` },
    });
    return parseSnapshot(await answer.text());
  }
}
