import { accountStub } from "../../accounts/account-stub.ts";
import { err, type Result } from "../../lib/result.ts";
import { consumeJti } from "../../oidc/dpop/jti-replay-cache.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { Redeem } from "../domain/commands.ts";
import { errorCodeOf, type LoginErrorCode, type LoginResult } from "../domain/errors.ts";
import { applyExpiry, closeSession, isCodeExpired } from "../domain/expiry.ts";
import { redeemed } from "../domain/redeem.ts";
import type { ApprovedSession, Session } from "../domain/session.ts";
import { transition } from "../domain/transition.ts";
import { DevicePollLimiter } from "./device-poll-limiter.ts";
import type { CodeRequest, RedemptionRecord } from "./redemption.ts";
import type { SessionLifecycle } from "./session-lifecycle.ts";
import type { SessionStore } from "./session-store.ts";
import { expiryEvent, redemptionEvent, refusalEvent } from "./session-telemetry.ts";

/**
 * Ends an approved session: its code is redeemed, it is cancelled, or it expires. The account decides
 * whether the code was redeemed, so each of these asks it. They run one after another.
 */
export class SessionCompletion {
  readonly #env: Env;
  readonly #store: SessionStore;
  readonly #lifecycle: SessionLifecycle;
  readonly #polls: DevicePollLimiter;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(env: Env, store: SessionStore, lifecycle: SessionLifecycle) {
    this.#env = env;
    this.#store = store;
    this.#lifecycle = lifecycle;
    this.#polls = new DevicePollLimiter(store);
  }

  /** The account records what the code gives. Then the session ends. A refusal changes nothing. */
  redeem<Value, Reason extends string>(
    request: CodeRequest,
    account: RedemptionRecord<Value, Reason>,
  ): Promise<Result<Value, LoginErrorCode | Reason>> {
    return this.#enqueue(() => this.#redeem(request, account));
  }

  /** The screen cancels the login. */
  cancel(): Promise<LoginResult<Session>> {
    return this.#enqueue(async () => {
      await this.#expire();
      const session = this.#store.load();
      if (session?.status === "approved" && (await this.#wasRedeemed(session))) {
        return err("already_approved");
      }
      return this.#lifecycle.execute({ type: "cancel" });
    });
  }

  /** False if the code was redeemed. An approved session that is deleted was redeemed. */
  async endUnlessRedeemed(): Promise<boolean> {
    await this.cancel();
    const session = this.#store.load();
    return session !== undefined && session.status !== "redeemed";
  }

  /** Ends an approved session whose code has expired. Any other session expires without the account. */
  async expireIfDue(): Promise<void> {
    const session = this.#store.load();
    if (session && isCodeExpired(session, Date.now())) await this.#enqueue(() => this.#expire());
  }

  /**
   * The alarm may come late or twice, so it looks at the session first. Expiry follows from the clock and
   * is stored only if the closed session is still needed. Then the alarm comes again, and must not notify
   * the watchers a second time.
   */
  async onAlarm(): Promise<void> {
    // If the account is not available, the alarm is set again.
    await this.expireIfDue().catch((error: unknown) => console.warn(String(error)));
    const session = this.#store.load();
    const now = Date.now();
    if (session && session.status !== "approved" && !isTerminal(session)) {
      const current = applyExpiry(session, now);
      if (isTerminal(current)) await this.#lifecycle.end(current, expiryEvent(session), now);
    }
    await this.#lifecycle.alarm.sendDue(now);
  }

  #enqueue<Value>(task: () => Promise<Value>): Promise<Value> {
    const done = this.#queue.then(task);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #redeem<Value, Reason extends string>(
    { presented, dpop, sub }: CodeRequest,
    account: RedemptionRecord<Value, Reason>,
  ): Promise<Result<Value, LoginErrorCode | Reason>> {
    await this.#expire();
    const session = this.#store.load();
    // The session is deleted. The account that the code names knows whether this is a retry.
    if (!session && sub !== undefined) return await account.repeat(sub);
    const command = { type: "redeem", ...presented } as const;
    const now = Date.now();
    if (session?.status !== "approved" || !transition(session, command, now).ok) {
      return await this.#refuse(command, account);
    }
    // RFC 9449 §11.1: the proof is stored as used only if everything else is in order.
    if (dpop && !(await consumeJti(this.#env, { jkt: dpop.jkt }, dpop.jti, dpop.until))) {
      return err("proof_used");
    }
    const recorded = await account.record(session);
    const current = this.#store.load();
    if (current?.status !== "approved") return recorded;
    // Reuse means that the code was redeemed, too: before this object was reset.
    if (recorded.ok || recorded.error === "code_used") {
      await this.#lifecycle.end(redeemed(current, now), redemptionEvent(current), now);
    } else if (isFinal(recorded.error)) {
      const event = refusalEvent(current, recorded.error);
      await this.#lifecycle.end(closeSession(current, "denied", now), event, now);
    }
    return recorded;
  }

  async #refuse<Value, Reason extends string>(
    command: Redeem,
    account: RedemptionRecord<Value, Reason>,
  ): Promise<Result<Value, LoginErrorCode | Reason>> {
    const session = this.#store.load();
    if (session?.status === "redeemed" && session.sub !== undefined) {
      const outcome = transition(session, command, Date.now());
      // It may be a retry. The account knows, and treats anything else as reuse.
      if (!outcome.ok && outcome.error === "code_used") return await account.repeat(session.sub);
    }
    const refused = this.#lifecycle.execute(command);
    if (refused.ok) throw new TypeError("a code was redeemed without its account");
    const error = errorCodeOf(refused.error);
    return err(error === "authorization_pending" ? this.#polls.answer(Date.now()) : error);
  }

  async #expire(): Promise<void> {
    const session = this.#store.load();
    if (session?.status !== "approved" || !isCodeExpired(session, Date.now())) return;
    if (await this.#wasRedeemed(session)) return;
    const [current, now] = [this.#store.load(), Date.now()];
    if (current?.status !== "approved") return;
    const expired = applyExpiry(current, now);
    if (isTerminal(expired)) await this.#lifecycle.end(expired, expiryEvent(current), now);
  }

  /**
   * Asks the account before an approved session ends without a redemption, because this object may have
   * been reset after the account recorded the login. If it was recorded, the session ends as redeemed.
   * Otherwise the account refuses the code from now on.
   */
  async #wasRedeemed({ id, approval }: ApprovedSession): Promise<boolean> {
    const { wasRedeemed } = await accountStub(this.#env, approval.account.sub).voidCode(id);
    const [current, now] = [this.#store.load(), Date.now()];
    if (wasRedeemed && current?.status === "approved") {
      await this.#lifecycle.end(redeemed(current, now), redemptionEvent(current), now);
    }
    return wasRedeemed;
  }
}

/** Whether the account's refusal is final, so that the session ends. */
function isFinal(error: string): boolean {
  switch (error) {
    case "approver_signed_out":
    case "login_ended":
    case "phone_unconfirmed":
      return true;
    default:
      return false;
  }
}
