import type { Result } from "../../lib/result.ts";
import type { RedeemError } from "../../login-session/domain/errors.ts";
import { report } from "../../telemetry/report.ts";
import type { AccountContext } from "../account-context.ts";
import type { LoginRegistry } from "./login-registry.ts";
import type { RepeatedCode } from "./redemption.ts";

/** Ends what was issued for a code that is used a second time: a login, or a phone's session (RFC 6749 §4.1.2). */
export class CodeReuse {
  readonly #account: AccountContext;
  readonly #logins: LoginRegistry;

  constructor(account: AccountContext, logins: LoginRegistry) {
    this.#account = account;
    this.#logins = logins;
  }

  /** Returns `repeated`, the outcome of a code that was presented again. */
  async endIfReused<Value>(
    sessionId: string,
    { clientId }: RepeatedCode,
    repeated: Result<Value, RedeemError>,
  ): Promise<Result<Value, RedeemError>> {
    if (repeated.ok || repeated.error !== "code_used") return repeated;
    const why = repeated.error;
    report(this.#account.env, {
      type: "session_refused",
      client: clientId,
      session: sessionId,
      why,
    });
    await this.end(sessionId, clientId);
    return repeated;
  }

  async end(sessionId: string, clientId: string): Promise<void> {
    const { revocation, audit } = this.#account;
    const now = Date.now();
    const root = this.#logins.rootOf(sessionId, now);
    await revocation.remove({ roots: new Set([sessionId]) }, now);
    await this.#logins.endAndNotify([sessionId], "server");
    await audit.record({ type: "attack", what: "code_reused", sid: sessionId, clientId }, root);
  }
}
