import { accountStub } from "../../accounts/account-stub.ts";
import { defined } from "../../lib/defined.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { err, ok } from "../../lib/result.ts";
import { reservePushedRequest } from "../../oidc/authorization/pushed-requests.ts";
import { sealAccount } from "../../oidc/token/code-reference.ts";
import type { AuthenticatedUser } from "../domain/authenticated-user.ts";
import { authorizationResponse } from "../domain/authorization-response.ts";
import type { Approve, Approver, Command, SignOn } from "../domain/commands.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { LoginError, LoginResult } from "../domain/errors.ts";
import { isAssessedFor } from "../domain/risk/matching-and-step-up.ts";
import type { Session } from "../domain/session.ts";
import { transition } from "../domain/transition.ts";
import type { NewSession } from "./new-session.ts";
import {
  presentedTokensOf,
  randomMatchingCodes,
  signedApprovalOf,
  type ApproveInput,
} from "./scan-input.ts";
import { sessionStub } from "./session-stub.ts";
import type { SessionLifecycle } from "./session-lifecycle.ts";
import type { SessionStore } from "./session-store.ts";

/** Not read: the session is assessed already. */
const NO_HISTORY: Approver["history"] = { known: [], logins: 0 };

/** The browser session that takes the place of a phone. */
export type SignOnInput = Pick<SignOn, "account" | "browserSession">;

/** Loads what an approval needs from other objects, then approves. */
export class SessionApproval {
  readonly #env: Env;
  readonly #store: SessionStore;
  readonly #lifecycle: SessionLifecycle;

  constructor(env: Env, store: SessionStore, lifecycle: SessionLifecycle) {
    this.#env = env;
    this.#store = store;
    this.#lifecycle = lifecycle;
  }

  async approve(scanToken: string, input: ApproveInput): Promise<LoginResult<Session>> {
    const { account, device, watchToken, match, signed } = input;
    const tokens = await presentedTokensOf(scanToken, watchToken);
    const proof = signed && (await signedApprovalOf(this.#store.load(), account, signed));
    const accountReference = await this.#accountReference(account.sub);
    const needsHistory = this.#needsHistory(account);
    const history = needsHistory ? await this.#loginHistory(account) : NO_HISTORY;
    const command: Approve = {
      type: "approve",
      ...tokens,
      approver: { account, history, device },
      matchingCodes: randomMatchingCodes(),
      ...defined({ match, proof, accountReference }),
    };
    if (!(await this.#mayUseRequest(command))) {
      this.#lifecycle.execute({ type: "cancel" });
      return err("session_cancelled");
    }
    // In the meantime the same phone has viewed the request with another account.
    if (!needsHistory && this.#needsHistory(account)) return await this.approve(scanToken, input);
    return this.#lifecycle.execute(command);
  }

  /** Approves a new session by a browser session. Returns the response with its code. */
  async signOn(
    { session, code }: NewSession,
    input: SignOnInput,
  ): Promise<LoginResult<AuthorizationResponse>> {
    const accountReference = await sealAccount(this.#env, session.id, input.account.sub);
    const scanTokenHash = await sha256(randomToken());
    const command = { type: "sign_on", ...input, accountReference, scanTokenHash } as const;
    const signedOn = (await this.#mayUseRequest(command))
      ? this.#lifecycle.execute(command)
      : err<LoginError>("session_cancelled");
    if (signedOn.ok && session.redirect) {
      return ok(authorizationResponse(session.redirect, { code: `${code}.${accountReference}` }));
    }
    this.#lifecycle.execute({ type: "cancel" });
    return signedOn.ok ? err("session_cancelled") : signedOn;
  }

  /** The risk is assessed once for an account, so its history is needed only before that. */
  #needsHistory(account: AuthenticatedUser): boolean {
    const session = this.#store.load();
    return session?.status === "scanned" && !isAssessedFor(session, account);
  }

  #loginHistory({ sub }: AuthenticatedUser): Promise<Approver["history"]> {
    return callTwice(() => accountStub(this.#env, sub).loginHistory());
  }

  /** The account's reference in the code. A device has its code before anybody approves, so it has none. */
  async #accountReference(sub: string): Promise<string | undefined> {
    const session = this.#store.load();
    if (session?.status !== "scanned" || session.begunBy.grant === "device_code") return undefined;
    return await sealAccount(this.#env, session.id, sub);
  }

  /**
   * False if another session of the same pushed request was redeemed before (RFC 9126 §7.3). One that was approved and
   * not redeemed ends: its page was left by a reload.
   */
  async #mayUseRequest(command: Command): Promise<boolean> {
    const session = this.#store.load();
    if (!session || !("pushedRequest" in session) || session.pushedRequest === undefined)
      return true;
    if (!transition(session, command, Date.now()).ok) return true;
    const end = async (id: string) =>
      (await sessionStub(this.#env, id)?.endUnlessRedeemed()) ?? false;
    return await reservePushedRequest(this.#env, session.pushedRequest, session.id, end);
  }
}
