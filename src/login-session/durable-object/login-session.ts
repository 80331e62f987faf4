import { defined } from "../../lib/defined.ts";
import { DurableObject } from "cloudflare:workers";
import { AlarmScheduler } from "../../lib/alarm-scheduler.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { UnreadableRow } from "../../lib/row-format.ts";
import { report } from "../../telemetry/report.ts";
import type { Approve, Approver, PresentedTokens, Command } from "../domain/commands.ts";
import type { LinkError, RedeemedLogin } from "../../accounts/account-rpc.ts";
import { accountStub } from "../../accounts/account-stub.ts";
import type { OperatorEvent } from "../../telemetry/event.ts";
import { requireClaimByOtherDevice } from "../domain/approval.ts";
import { closeSession, isPurgeable, nextDeadline, applyExpiry } from "../domain/expiry.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import type { LoginErrorCode, LoginResult } from "../domain/errors.ts";
import { redeemed } from "../domain/redeem.ts";
import { isRepeatedDecision } from "../domain/repeated-decision.ts";
import { rotatingCode, type RotatingCode } from "../domain/rotating-code.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import {
  isClosed,
  type AuthenticatedUser,
  type ApprovedSession,
  type DeviceInfo,
  type ScannedSession,
  type Session,
  type ClosedSession,
} from "../domain/session.ts";
import { notPendingError } from "../domain/scan.ts";
import { approvalStatement } from "../domain/approval-statement.ts";
import { createSession, transition } from "../domain/transition.ts";
import { screenView, type ScreenSnapshot } from "../domain/view.ts";
import { sealAccount } from "../../oidc/token/code-reference.ts";
import { spendPushedRequest } from "../../oidc/authorization/pushed-requests.ts";
import { consumeJti } from "../../oidc/dpop/jti-replay-cache.ts";
import { parseScreenMessage } from "../../protocol/screen-message.ts";
import { CloseCode, SUBPROTOCOL } from "../../protocol/socket.ts";
import { isToken43 } from "../../protocol/random-token.ts";
import { authorizationCode } from "./authorization-code.ts";
import { CallbackOutbox } from "./callback-outbox.ts";
import { toApprovalRequest, type ApprovalRequest } from "./approval-request.ts";
import { DevicePollLimiter } from "./device-poll-limiter.ts";
import { drawMatchingCodes } from "./matching-codes.ts";
import {
  presentedTokensOf,
  signedApprovalOf,
  type ApproveInput,
  type ScanInput,
} from "./scan-input.ts";
import type { NewSession, NewSessionSecrets } from "./new-session.ts";
import { AccountAuditOutbox } from "./account-audit-outbox.ts";
import {
  recordLogin,
  recordPhone,
  type CodeRequest,
  type LinkedToAccount,
  type PhoneToLink,
  type RedeemTerms,
} from "./redemption.ts";
import {
  creationEvent,
  expiryEvent,
  redemptionEvent,
  refusalEvent,
  sessionEvent,
} from "./session-telemetry.ts";
import { sessionIdOf } from "./session-stub.ts";
import { SessionStore } from "./session-store.ts";
import { readWatchRequest, type WatchCredentials } from "./watch-request.ts";
import { Watchers } from "./watchers.ts";

/** `repeated`: the command was refused, and has been carried out before, for whoever sends it now. */
interface Repeatable {
  repeated?: true;
}

/** How long is waited before an account is asked again that could not be reached, in milliseconds. */
const ACCOUNT_RETRY = 5_000;

/** How long is waited before a session is read again whose row can't be read, in milliseconds. */
const UNREADABLE_RETRY = 24 * 3600 * 1000;

/** A code that comes again: the account of `sub` knows what it is. */
export interface UsedCode {
  ok: false;
  error: "code_used";
  sub: string;
}

/** Codes to type that a screen may ask for: one is enough, unless its answer is lost on the way. */
const MAX_USER_CODES = 3;

/**
 * One login session: the shell round the heart. Each call loads the session, asks the heart what
 * becomes of it, saves that, and tells the watchers, with no `await` between load and save; whatever
 * takes time (digests) is done before. Nobody is told of a change before it is on disk: the runtime
 * holds back messages and answers until the writes before them are safe.
 */
export class LoginSession extends DurableObject<Env> {
  readonly #store: SessionStore;
  readonly #watchers: Watchers;
  readonly #callbacks: CallbackOutbox;
  readonly #notes: AccountAuditOutbox;
  readonly #alarm: AlarmScheduler;
  readonly #polls: DevicePollLimiter;
  /** What may end an approved session is done one after the other, since it asks the account. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage);
    this.#watchers = new Watchers(ctx);
    this.#callbacks = new CallbackOutbox(ctx.storage, env);
    this.#notes = new AccountAuditOutbox(ctx.storage, env);
    this.#alarm = new AlarmScheduler(ctx, [this.#callbacks, this.#notes], {
      nextDeadline: (now) => this.#nextDeadline(now),
      purge: () => this.#store.wipe(this.#store.load()),
    });
    this.#polls = new DevicePollLimiter(this.#store);
  }

  /** Begins the session, and arms the one alarm that will end it. */
  async create({ ttl, ...facts }: NewSession): Promise<NewSessionSecrets> {
    const id = sessionIdOf(this.ctx.id);
    const watchToken = randomToken();
    const qrKey = randomToken();
    const watchTokenHash = await sha256(watchToken);
    // A device code proves by itself who redeems it, so nothing that is used for anything else may lead
    // to it (RFC 8628 §5.2).
    const isDevice = facts.begunBy.grant === "device_code";
    const code = isDevice ? `${id}.${randomToken()}` : await authorizationCode(id, watchToken);
    const codeHash = await sha256(code);

    const createdAt = Date.now();
    const expiresAt = createdAt + ttl;
    const hashes = { watchTokenHash, codeHash };
    const session = createSession({ ...facts, ...hashes, id, qrKey, createdAt, expiresAt });
    this.#store.save(session);
    await this.ctx.storage.setAlarm(expiresAt);
    report(this.env, creationEvent(session));
    return { watchToken, qrKey, code, expiresAt };
  }

  /** How things stand, for a watcher that doesn't stay. */
  async snapshot(watcher: WatchCredentials): Promise<LoginResult<ScreenSnapshot>> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? ok(screenView(admitted.value.session, admitted.value.code)) : admitted;
  }

  /** Counts one more code to type for the screen, while a phone may still claim the session by it. */
  async takeUserCode(
    watcher: WatchCredentials,
  ): Promise<LoginResult<{ sessionId: string; expiresAt: number }>> {
    const admitted = await this.#authorizeWatcher(watcher);
    if (!admitted.ok) return admitted;
    const { session } = admitted.value;
    if (session.status !== "pending") return err(notPendingError(session));
    const made = this.#store.loadUserCodes();
    if (made >= MAX_USER_CODES) return err("too_many_requests");
    this.#store.saveUserCodes(made + 1);
    return ok({ sessionId: session.id, expiresAt: session.expiresAt });
  }

  /** Claims the session for the phone that saw its code, if no other was first; tells it again to the one that was. */
  async scan(
    proof: RotatingCode | "user_code" | "same_device",
    phone: DeviceInfo,
    { approver, watchToken, scanToken = randomToken() }: ScanInput = {},
  ): Promise<LoginResult<ApprovalRequest & { scanToken: string }>> {
    await this.#endIfOver();
    const claimant = await presentedTokensOf(scanToken, watchToken);
    const checked = typeof proof === "string" ? { by: proof } : await this.#check(proof);
    const scanned = this.#execute({
      type: "scan",
      proof: checked,
      ...claimant,
      phone,
      drawn: drawMatchingCodes(),
      ...(approver ? { approver } : {}),
    });
    const claimed = toApprovalRequest(scanned, approver?.account);
    return claimed.ok ? ok({ scanToken, ...claimed.value }) : claimed;
  }

  /** The session, told again to the phone that holds it; who asks, only to somebody. */
  async viewRequest(
    scanToken: string,
    approver?: Approver,
    watchToken?: string,
  ): Promise<LoginResult<ApprovalRequest>> {
    await this.#endIfOver();
    const claimant = await presentedTokensOf(scanToken, watchToken);
    if (!approver) return toApprovalRequest(this.#requireClaim(claimant));
    const looked = this.#execute({
      type: "look",
      ...claimant,
      ...approver,
      drawn: drawMatchingCodes(),
    });
    return toApprovalRequest(looked, approver.account);
  }

  /** What an account's owner signs to approve. */
  async statement(
    scanToken: string,
    account: AuthenticatedUser,
    nonce: string,
  ): Promise<LoginResult<string>> {
    const claimed = this.#requireClaim(await presentedTokensOf(scanToken));
    return claimed.ok ? ok(approvalStatement(claimed.value, account, nonce)) : claimed;
  }

  /** A refusal says what would have done, where a more recent sign-in would. */
  async approve(
    scanToken: string,
    account: AuthenticatedUser,
    { phone = {}, signed, watchToken, ...evidence }: ApproveInput = {},
  ): Promise<
    LoginResult<null> & Repeatable & { stepUp?: { maxAge: number; acr: readonly string[] } }
  > {
    await this.#endIfOver();
    const claimant = await presentedTokensOf(scanToken, watchToken);
    const proof = signed && (await signedApprovalOf(this.#store.load(), account, signed));
    const accountReference = await this.#accountReference(account.sub);
    const command: Approve = {
      type: "approve",
      ...claimant,
      account,
      phone,
      drawn: drawMatchingCodes(),
      ...evidence,
      ...(proof ? { proof } : {}),
      ...defined({ accountReference }),
    };
    if (await this.#isRequestSpent(command)) {
      this.#execute({ type: "cancel" });
      return err("session_cancelled");
    }
    const approved = this.#execute(command);
    if (approved.ok || approved.error !== "step_up_required") return done(approved);
    const session = this.#store.load();
    if (session?.status !== "scanned") return approved;
    const { stepUpMaxAge: maxAge, stepUpAcr: acr } = session.policy;
    return { ...approved, stepUp: { maxAge, acr } };
  }

  async deny(scanToken: string): Promise<LoginResult<null> & Repeatable> {
    await this.#endIfOver();
    const scanTokenHash = await sha256(scanToken);
    return done(this.#execute({ type: "deny", scanTokenHash }));
  }

  /** The screen's owner has typed what the phone shows. */
  async match(watcher: WatchCredentials, code: string): Promise<LoginResult<null> & Repeatable> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? done(this.#execute({ type: "match", code })) : admitted;
  }

  async cancel(watcher: WatchCredentials): Promise<LoginResult<null> & Repeatable> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? await this.#cancel() : admitted;
  }

  /**
   * Redeems the code for a login. The account's record decides whether it was redeemed; this session ends
   * as soon as the account has the record. Whatever is refused has changed nothing.
   */
  redeem(request: CodeRequest, terms: RedeemTerms): Promise<LoginResult<RedeemedLogin> | UsedCode> {
    return this.#inTurn(() =>
      this.#redeem(request, (session) => recordLogin(this.env, session, request, terms)),
    );
  }

  /** Redeems the code of a new phone, which is let in by it. */
  link(
    request: CodeRequest,
    phone: PhoneToLink,
  ): Promise<Result<LinkedToAccount, LoginErrorCode | LinkError> | UsedCode> {
    return this.#inTurn(() =>
      this.#redeem(request, (session) => recordPhone(this.env, session, request, phone)),
    );
  }

  /** Takes in a watcher: the one thing that needs a request, for its WebSocket. */
  override async fetch(request: Request): Promise<Response> {
    const admitted = await this.#authorizeWatcher(readWatchRequest(request));
    if (!admitted.ok) return refused(admitted.error);
    if (this.#watchers.full) return refused("too_many_watchers");
    const { session, code } = admitted.value;
    return new Response(null, {
      status: 101,
      webSocket: this.#watchers.accept(session, code),
      headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL },
    });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const parsed = parseScreenMessage(message);
    if (!parsed) {
      socket.close(CloseCode.unreadable, "not a message of this protocol");
      return;
    }
    // A session that ended meanwhile has been told already.
    if (parsed.type === "cancel") await this.#cancel();
    else this.#execute(parsed);
  }

  /**
   * The one alarm. It may come late or twice, so it asks the heart what time has done, and arms
   * itself for what comes next. An expiry follows from the clock, and is written down only where
   * something is kept after it: then this alarm comes again, and must not tell it twice.
   */
  override async alarm(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error;
      // Nothing is changed: a version of this Worker that can read the row ends the session.
      console.error(error.message);
      await this.ctx.storage.setAlarm(Date.now() + UNREADABLE_RETRY);
    }
  }

  async #work(): Promise<void> {
    // Where the account can't be reached, the alarm comes again.
    await this.#endIfOver().catch((error: unknown) => console.warn(String(error)));
    const session = this.#store.load();
    const now = Date.now();
    const current = session && applyExpiry(session, now);
    if (current !== session && session?.status !== "approved" && current && isClosed(current)) {
      await this.#end(current, expiryEvent(session), now);
    }
    await this.#alarm.sendDue(now);
  }

  /** Does what may end an approved session after everything of that kind which began before. */
  #inTurn<Value>(task: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** In turn. */
  async #redeem<Given, Reason extends LoginErrorCode | LinkError>(
    { presented, dpop }: CodeRequest,
    record: (session: ApprovedSession) => Promise<Result<Given, Reason>>,
  ): Promise<Result<Given, LoginErrorCode | Reason> | UsedCode> {
    await this.#expire();
    const session = this.#store.load();
    const command = { type: "redeem", ...presented } as const;
    const now = Date.now();
    if (session?.status !== "approved" || !transition(session, command, now).ok) {
      return this.#notRedeemed(command);
    }
    // RFC 9449 §11.1: nothing is written for a proof unless all else is in order.
    if (dpop && !(await consumeJti(this.env, { jkt: dpop.jkt }, dpop.jti, dpop.until))) {
      return err("proof_used");
    }
    const given = await record(session);
    const current = this.#store.load();
    if (current?.status !== "approved") return given;
    // Reuse, too, means that the code was redeemed: before this object was reset.
    if (given.ok || given.error === "code_used") {
      await this.#end(redeemed(current, now), redemptionEvent(current), now);
    } else if (isFinal(given.error)) {
      await this.#end(
        closeSession(current, "denied", now),
        refusalEvent(current, given.error),
        now,
      );
    }
    return given;
  }

  /** Why a code is not redeemed here. */
  #notRedeemed(command: Extract<Command, { type: "redeem" }>): LoginResult<never> | UsedCode {
    const session = this.#store.load();
    if (session?.status === "redeemed" && session.sub !== undefined) {
      const outcome = transition(session, command, Date.now());
      // It may be a retry: the account knows, and reports reuse.
      if (!outcome.ok && outcome.error === "code_used") {
        return { ok: false, error: outcome.error, sub: session.sub };
      }
    }
    const refused = this.#execute(command);
    if (refused.ok) throw new TypeError("a code was redeemed without its account");
    return refused.error === "authorization_pending"
      ? err(this.#polls.answer(Date.now()))
      : refused;
  }

  /** The screen gives up. */
  #cancel(): Promise<LoginResult<null> & Repeatable> {
    return this.#inTurn(async () => {
      await this.#expire();
      const session = this.#store.load();
      if (session?.status === "approved" && (await this.#wasRedeemed(session))) {
        return err("already_approved");
      }
      return done(this.#execute({ type: "cancel" }));
    });
  }

  /** Ends an approved session whose code has expired. Every other one ends by its alarm, and by itself when it is read. */
  async #endIfOver(): Promise<void> {
    if (this.#isOver()) await this.#inTurn(() => this.#expire());
  }

  #isOver(): boolean {
    const session = this.#store.load();
    return session?.status === "approved" && Date.now() >= nextDeadline(session);
  }

  /** In turn. */
  async #expire(): Promise<void> {
    const session = this.#store.load();
    if (session?.status !== "approved" || !this.#isOver()) return;
    if (await this.#wasRedeemed(session)) return;
    const [current, now] = [this.#store.load(), Date.now()];
    if (current?.status !== "approved") return;
    const expired = applyExpiry(current, now);
    if (isClosed(expired)) await this.#end(expired, expiryEvent(current), now);
  }

  /**
   * Asks the account before an approved session ends otherwise, for this object may have been reset
   * after the account had recorded the login. Then the session ends as redeemed; otherwise its code can't
   * be redeemed any more. In turn.
   */
  async #wasRedeemed({ id, approval }: ApprovedSession): Promise<boolean> {
    const { wasRedeemed } = await accountStub(this.env, approval.account.sub).voidCode(id);
    const [current, now] = [this.#store.load(), Date.now()];
    if (wasRedeemed && current?.status === "approved") {
      await this.#end(redeemed(current, now), redemptionEvent(current), now);
    }
    return wasRedeemed;
  }

  /**
   * Ends the session: tells everybody, and leaves nothing where nobody needs to know the end any more
   * and nobody waits to be told of it.
   */
  async #end(ended: ClosedSession, event: OperatorEvent, now: number): Promise<void> {
    report(this.env, event);
    this.#watchers.broadcast(ended);
    const answered = this.#callbacks.tell(ended, now);
    if (isPurgeable(ended, now) && this.#alarm.nextAttempt() === Infinity)
      return this.#store.wipe(ended);
    this.#store.save(ended);
    await this.#retryCallback(answered, now);
  }

  /** What the code of this session names its account by. A device knows its code before anybody approves. */
  async #accountReference(sub: string): Promise<string | undefined> {
    const session = this.#store.load();
    if (session?.status !== "scanned" || session.begunBy.grant === "device_code") return undefined;
    return await sealAccount(this.env, session.id, sub);
  }

  /** Whether another session of the same pushed request was approved before (RFC 9126 §7.3). */
  async #isRequestSpent(command: Approve): Promise<boolean> {
    const session = this.#store.load();
    if (session?.status !== "scanned" || session.pushedRequest === undefined) return false;
    if (!transition(session, command, Date.now()).ok) return false;
    return !(await spendPushedRequest(this.env, session.pushedRequest, session.id));
  }

  #execute(command: Command): LoginResult<Session> & Repeatable {
    const before = this.#store.load();
    if (!before) return err(SESSION_GONE);
    const now = Date.now();
    const whole = transition(before, command, now);
    const { next, noted, ...outcome } = whole;
    if (next && next !== before) this.#store.save(next);
    if (noted) this.#scheduleRetry(this.#notes.tell(noted, now));
    // A change that no watcher can see is nobody's business.
    if (next && next.version !== before.version) {
      this.#watchers.broadcast(next);
      this.ctx.waitUntil(this.#retryCallback(this.#callbacks.tell(next, now), now));
    }
    if (outcome.ok || !isRepeatedDecision(applyExpiry(before, now), command)) {
      const event = sessionEvent(before, command, whole);
      if (event) report(this.env, event);
      return outcome.ok ? ok(next ?? before) : outcome;
    }
    return { ...outcome, repeated: true };
  }

  /**
   * Arms the alarm for the next try before the answer to the first one has come. If this object is reset
   * in between, the client is called again seconds later: a code is good for a minute, and the session's
   * own alarm may come after that. An alarm that was not needed is set back when it comes.
   */
  async #retryCallback(answered: Promise<void> | undefined, now: number): Promise<void> {
    if (!answered) return;
    this.#scheduleRetry(answered);
    await this.#alarm.setAlarm(now);
  }

  /**
   * Arms the alarm where a first try has failed: most don't, and the alarm is a row each time. What is
   * told is on disk before, and should this object go before it hears the answer, the session's own
   * alarm finds it there. Nobody waits for the answer. A redeemed session that was only kept for it
   * leaves nothing then; what ended by time leaves that to its alarm, which is armed in any case.
   */
  #scheduleRetry(answered: Promise<void> | undefined): void {
    if (answered) this.ctx.waitUntil(answered.then(() => this.#rest(Date.now())));
  }

  async #rest(now: number): Promise<void> {
    if (this.#alarm.nextAttempt() !== Infinity) return this.#alarm.setAlarm(now);
    const session = this.#store.load();
    if (session?.status === "redeemed" && isPurgeable(session, now)) {
      await this.#store.wipe(session);
    }
  }

  /** When time changes the session next; `Infinity` if nothing of it has to be kept. */
  #nextDeadline(now: number): number {
    const session = this.#store.load();
    if (!session) return Infinity;
    // Its account could not be asked.
    if (this.#isOver()) return now + ACCOUNT_RETRY;
    const current = applyExpiry(session, now);
    // Time has ended it, and nobody has been told yet: the alarm does that.
    if (current !== session) return now;
    return isPurgeable(current, now) ? Infinity : nextDeadline(current);
  }

  /** Lets a watcher in by its token, and derives the code that only it may be told. */
  async #authorizeWatcher(
    watcher: WatchCredentials,
  ): Promise<LoginResult<{ session: Session; code: string }>> {
    // Only what has the form of a token is decoded and used as a key.
    if (!isToken43(watcher.token)) return err("watch_token_invalid");
    await this.#endIfOver();
    const code = await authorizationCode(sessionIdOf(this.ctx.id), watcher.token);
    const tokenHash = await sha256(watcher.token);
    const session = this.#store.load();
    if (!session) return err(SESSION_GONE);
    if (!timingSafeEqual(session.watchTokenHash, tokenHash)) return err("watch_token_invalid");
    if (watcher.clientIds && !watcher.clientIds.includes(session.clientId)) {
      return err("origin_not_allowed");
    }
    return ok({ session: applyExpiry(session, Date.now()), code });
  }

  async #check(scanned: RotatingCode): Promise<{ by: "qr"; t: number; macMatches: boolean }> {
    const session = this.#store.load();
    if (session?.qrKey === undefined) return { by: "qr", t: scanned.t, macMatches: false };
    const { mac } = await rotatingCode(session.qrKey, session.id, scanned.t);
    return { by: "qr", t: scanned.t, macMatches: timingSafeEqual(mac, scanned.mac) };
  }

  #requireClaim(claimant: PresentedTokens): LoginResult<ScannedSession> {
    const session = this.#store.load();
    return session ? requireClaimByOtherDevice(session, claimant, Date.now()) : err(SESSION_GONE);
  }
}

/**
 * Only the runtime makes ids, and a session is written down before its id is told to anybody. So an
 * object that holds nothing was a session, and is over.
 */
const SESSION_GONE = "session_expired" satisfies LoginErrorCode;

/** Whether an account refuses a login for good. */
function isFinal(error: LoginErrorCode | LinkError): boolean {
  switch (error) {
    case "approver_signed_out":
    case "login_ended":
    case "phone_unconfirmed":
      return true;
    default:
      return false;
  }
}

/** The session itself stays inside: what crosses to the Worker is only whether it went well. */
function done(result: LoginResult<Session> & Repeatable): LoginResult<null> & Repeatable {
  return result.ok ? ok(null) : result;
}

function refused(error: LoginErrorCode): Response {
  return Response.json({ error }, { status: 403 });
}
