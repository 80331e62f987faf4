import { accountStub } from "../../accounts/account-stub.ts";
import { defined } from "../../lib/defined.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { err } from "../../lib/result.ts";
import { reservePushedRequest } from "../../oidc/authorization/pushed-requests.ts";
import { sealAccount } from "../../oidc/token/code-reference.ts";
import type { AuthenticatedUser } from "../domain/authenticated-user.ts";
import type { Approve, Approver } from "../domain/commands.ts";
import type { LoginResult } from "../domain/errors.ts";
import { isAssessedFor } from "../domain/risk/matching-and-step-up.ts";
import type { Session } from "../domain/session.ts";
import { transition } from "../domain/transition.ts";
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
  async #mayUseRequest(command: Approve): Promise<boolean> {
    const session = this.#store.load();
    if (session?.status !== "scanned" || session.pushedRequest === undefined) return true;
    if (!transition(session, command, Date.now()).ok) return true;
    const end = async (id: string) =>
      (await sessionStub(this.#env, id)?.endUnlessRedeemed()) ?? false;
    return await reservePushedRequest(this.#env, session.pushedRequest, session.id, end);
  }
}
