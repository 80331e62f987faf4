import { DurableObject } from "cloudflare:workers";
import { sha256 } from "../crypto/digest.ts";
import { randomToken } from "../crypto/random.ts";
import { report } from "../events/report.ts";
import type { Approver, Claimant, Command, Redeem } from "../login/command.ts";
import { heldByPhone } from "../login/decide.ts";
import { isForgettable, nextDeadline, settle } from "../login/end.ts";
import { refusal, success, type LoginError, type Result } from "../login/errors.ts";
import { grantOf, type Grant } from "../login/grant.ts";
import { rotatingCode, type RotatingCode } from "../login/rotating-code.ts";
import { sameSecret } from "../login/same-secret.ts";
import type { AccountClaims, Device, ScannedSession, Session } from "../login/session.ts";
import { whyNotPending } from "../login/scan.ts";
import { statementOf } from "../login/statement.ts";
import { createSession, transition } from "../login/transition.ts";
import { screenView, type ScreenView } from "../login/view.ts";
import { parseScreenMessage } from "../protocol/screen-message.ts";
import { CloseCode, SUBPROTOCOL } from "../protocol/socket.ts";
import { authorizationCode } from "./authorization-code.ts";
import { Callbacks } from "./callbacks.ts";
import { told, type Claimed } from "./claimed.ts";
import { DevicePolls } from "./device-polls.ts";
import { drawn } from "./drawn.ts";
import { claimantOf, proofOf, type Evidence, type Scanner } from "./evidence.ts";
import type { NewSession, NewSessionSecrets } from "./new-session.ts";
import { Notes } from "./notes.ts";
import { creationEvent, expiryEvent, sessionEvent } from "./session-event.ts";
import { sessionIdOf } from "./session-stub.ts";
import { SessionStore } from "./session-store.ts";
import { readWatchRequest, type Watcher } from "./watch-request.ts";
import { Watchers } from "./watchers.ts";

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
  readonly #callbacks: Callbacks;
  readonly #notes: Notes;
  readonly #polls: DevicePolls;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage);
    this.#watchers = new Watchers(ctx);
    this.#callbacks = new Callbacks(ctx.storage, env);
    this.#notes = new Notes(ctx.storage, env);
    this.#polls = new DevicePolls(this.#store);
  }

  /** Begins the session, and arms the one alarm that will end it. */
  async create({ ttl, ...facts }: NewSession): Promise<NewSessionSecrets> {
    const id = sessionIdOf(this.ctx.id);
    const watchToken = randomToken();
    const qrKey = randomToken();
    const watchTokenHash = await sha256(watchToken);
    const code = await authorizationCode(id, watchToken);
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
  async snapshot(watcher: Watcher): Promise<Result<ScreenView>> {
    const admitted = await this.#admit(watcher);
    return admitted.ok
      ? success(screenView(admitted.value.session, admitted.value.code))
      : admitted;
  }

  /** Counts one more code to type for the screen, while a phone may still claim the session by it. */
  async takeUserCode(watcher: Watcher): Promise<Result<{ sessionId: string; expiresAt: number }>> {
    const admitted = await this.#admit(watcher);
    if (!admitted.ok) return admitted;
    const { session } = admitted.value;
    if (session.status !== "pending") return refusal(whyNotPending(session));
    const made = this.#store.loadUserCodes();
    if (made >= MAX_USER_CODES) return refusal("too_many_requests");
    this.#store.saveUserCodes(made + 1);
    return success({ sessionId: session.id, expiresAt: session.expiresAt });
  }

  /** Claims the session for the phone that saw its code, if no other was first; tells it again to the one that was. */
  async scan(
    proof: RotatingCode | "user_code" | "same_device",
    phone: Device,
    { approver, watchToken, scanToken = randomToken() }: Scanner = {},
  ): Promise<Result<Claimed & { scanToken: string }>> {
    const claimant = await claimantOf(scanToken, watchToken);
    const checked = typeof proof === "string" ? { by: proof } : await this.#check(proof);
    const scanned = this.#apply({
      type: "scan",
      proof: checked,
      ...claimant,
      phone,
      drawn: drawn(),
      ...(approver ? { approver } : {}),
    });
    const claimed = told(scanned, approver?.account);
    return claimed.ok ? success({ scanToken, ...claimed.value }) : claimed;
  }

  /** The session, told again to the phone that holds it; who asks, only to somebody. */
  async look(
    scanToken: string,
    approver?: Approver,
    watchToken?: string,
  ): Promise<Result<Claimed>> {
    const claimant = await claimantOf(scanToken, watchToken);
    if (!approver) return told(this.#claimed(claimant));
    const looked = this.#apply({ type: "look", ...claimant, ...approver, drawn: drawn() });
    return told(looked, approver.account);
  }

  /** What an account's owner signs to approve. */
  async statement(
    scanToken: string,
    account: AccountClaims,
    nonce: string,
  ): Promise<Result<string>> {
    const claimed = this.#claimed(await claimantOf(scanToken));
    return claimed.ok ? success(statementOf(claimed.value, account, nonce)) : claimed;
  }

  /** A refusal says what would have done, where a more recent sign-in would. */
  async approve(
    scanToken: string,
    account: AccountClaims,
    { phone = {}, signed, watchToken, ...evidence }: Evidence = {},
  ): Promise<Result<null> & { stepUp?: { maxAge: number; acr: readonly string[] } }> {
    const claimant = await claimantOf(scanToken, watchToken);
    const proof = signed && (await proofOf(this.#store.load(), account, signed));
    const approved = this.#apply({
      type: "approve",
      ...claimant,
      account,
      phone,
      drawn: drawn(),
      ...evidence,
      ...(proof ? { proof } : {}),
    });
    if (approved.ok || approved.error !== "step_up_required") return done(approved);
    const session = this.#store.load();
    if (session?.status !== "scanned") return approved;
    const { stepUpMaxAge: maxAge, stepUpAcr: acr } = session.policy;
    return { ...approved, stepUp: { maxAge, acr } };
  }

  async deny(scanToken: string): Promise<Result<null>> {
    const scanTokenHash = await sha256(scanToken);
    return done(this.#apply({ type: "deny", scanTokenHash }));
  }

  /** The screen's owner has typed what the phone shows. */
  async match(watcher: Watcher, code: string): Promise<Result<null>> {
    const admitted = await this.#admit(watcher);
    return admitted.ok ? done(this.#apply({ type: "match", code })) : admitted;
  }

  async cancel(watcher: Watcher): Promise<Result<null>> {
    const admitted = await this.#admit(watcher);
    return admitted.ok ? done(this.#apply({ type: "cancel" })) : admitted;
  }

  /**
   * Gives what the code stands for, once. A code that comes a second time has been stolen from
   * somebody, so whose login it became is told, for that to be ended (RFC 6749 §4.1.2).
   */
  redeem(
    request: Omit<Redeem, "type">,
  ): Result<Grant> | { ok: false; error: "code_used"; sub: string } {
    const before = this.#store.load();
    const redeemed = this.#apply({ type: "redeem", ...request });
    if (!redeemed.ok) {
      if (redeemed.error === "authorization_pending")
        return refusal(this.#polls.answer(Date.now()));
      const sub = before?.status === "redeemed" ? before.sub : undefined;
      return redeemed.error === "code_used" && sub !== undefined
        ? { ok: false, error: redeemed.error, sub }
        : redeemed;
    }
    return before?.status === "approved" ? success(grantOf(before)) : refusal("code_unknown");
  }

  /** Takes in a watcher: the one thing that needs a request, for its WebSocket. */
  override async fetch(request: Request): Promise<Response> {
    const admitted = await this.#admit(readWatchRequest(request));
    if (!admitted.ok) return refused(admitted.error);
    if (this.#watchers.full) return refused("too_many_watchers");
    const { session, code } = admitted.value;
    return new Response(null, {
      status: 101,
      webSocket: this.#watchers.welcome(session, code),
      headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL },
    });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const parsed = parseScreenMessage(message);
    if (!parsed) {
      socket.close(CloseCode.unreadable, "not a message of this protocol");
      return;
    }
    // A session that ended meanwhile has been told already.
    this.#apply(parsed);
  }

  /**
   * The one alarm. It may come late or twice, so it asks the heart what time has done, and arms
   * itself for what comes next. An expiry follows from the clock, and is written down only where
   * something is kept after it: then this alarm comes again, and must not tell it twice.
   */
  override async alarm(): Promise<void> {
    const session = this.#store.load();
    if (!session) return;
    const now = Date.now();
    const current = settle(session, now);
    if (current !== session) {
      report(this.env, expiryEvent(session));
      this.#watchers.tellAll(current);
      const answered = this.#callbacks.tell(current, now);
      if (answered || !isForgettable(current, now)) this.#store.save(current);
      this.#tryAgainAfter(answered);
    }
    await this.#deliver(now);
  }

  #apply(command: Command): Result<Session> {
    const before = this.#store.load();
    if (!before) return refusal(NOTHING_LEFT);
    const now = Date.now();
    const whole = transition(before, command, now);
    const { next, noted, ...outcome } = whole;
    if (next && next !== before) this.#store.save(next);
    if (noted) this.#tryAgainAfter(this.#notes.tell(noted, now));
    // A change that no watcher can see is nobody's business.
    if (next && next.version !== before.version) {
      this.#watchers.tellAll(next);
      this.#tryAgainAfter(this.#callbacks.tell(next, now));
    }
    const event = sessionEvent(before, command, whole);
    if (event) report(this.env, event);
    return outcome.ok ? success(next ?? before) : outcome;
  }

  /**
   * Arms the alarm where a first try has failed: most don't, and the alarm is a row each time. What is
   * told is on disk before, and should this object go before it hears the answer, the session's own
   * alarm finds it there. Nobody waits for the answer.
   */
  #tryAgainAfter(answered: Promise<void> | undefined): void {
    if (!answered) return;
    const arm = () => (this.#nextDue() === Infinity ? undefined : this.#arm(Date.now()));
    this.ctx.waitUntil(answered.then(arm));
  }

  /** Tells again what is due, and arms the alarm, in one turn. Nobody waits for the answers. */
  async #deliver(now: number): Promise<void> {
    for (const outgoing of [this.#callbacks, this.#notes]) {
      const answered = outgoing.sendDue(now);
      if (answered) this.ctx.waitUntil(answered.then(() => this.#arm(Date.now())));
    }
    await this.#arm(now);
  }

  /** Arms the alarm for what comes next, in the turn that calls. Where nothing can come, leaves nothing. */
  async #arm(now: number): Promise<void> {
    const session = this.#store.load();
    if (!session) return;
    const current = settle(session, now);
    const deadline = isForgettable(current, now) ? Infinity : nextDeadline(current);
    const next = Math.min(deadline, this.#nextDue());
    if (next === Infinity) await this.#store.wipe();
    else await this.ctx.storage.setAlarm(next);
  }

  /** When something is to be told again: `Infinity` where nothing waits. */
  #nextDue(): number {
    return Math.min(this.#callbacks.nextDue() ?? Infinity, this.#notes.nextDue() ?? Infinity);
  }

  /** Lets a watcher in by its token, and derives the code that only it may be told. */
  async #admit(watcher: Watcher): Promise<Result<{ session: Session; code: string }>> {
    const code = await authorizationCode(sessionIdOf(this.ctx.id), watcher.token);
    const tokenHash = await sha256(watcher.token);
    const session = this.#store.load();
    if (!session) return refusal(NOTHING_LEFT);
    if (!sameSecret(session.watchTokenHash, tokenHash)) return refusal("watch_token_invalid");
    if (watcher.clientIds && !watcher.clientIds.includes(session.clientId)) {
      return refusal("origin_not_allowed");
    }
    return success({ session: settle(session, Date.now()), code });
  }

  async #check(scanned: RotatingCode): Promise<{ by: "qr"; t: number; macMatches: boolean }> {
    const session = this.#store.load();
    if (session?.qrKey === undefined) return { by: "qr", t: scanned.t, macMatches: false };
    const { mac } = await rotatingCode(session.qrKey, session.id, scanned.t);
    return { by: "qr", t: scanned.t, macMatches: sameSecret(mac, scanned.mac) };
  }

  #claimed(claimant: Claimant): Result<ScannedSession> {
    const session = this.#store.load();
    return session ? heldByPhone(session, claimant, Date.now()) : refusal(NOTHING_LEFT);
  }
}

/**
 * Only the runtime makes ids, and a session is written down before its id is told to anybody. So an
 * object that holds nothing was a session, and is over.
 */
const NOTHING_LEFT = "session_expired" satisfies LoginError;

/** The session itself stays inside: what crosses to the Worker is only whether it went well. */
function done(result: Result<Session>): Result<null> {
  return result.ok ? success(null) : result;
}

function refused(error: LoginError): Response {
  return Response.json({ error }, { status: 403 });
}
