import { DurableObject } from "cloudflare:workers";
import { hmacSha256, sha256 } from "../crypto/digest.ts";
import { randomToken } from "../crypto/random.ts";
import { refusal, success, type LoginError, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import { poll, type Polling } from "../login/polling.ts";
import { rotatingCode, type RotatingCode } from "../login/rotating-code.ts";
import { sameSecret } from "../login/same-secret.ts";
import type { AccountClaims, Device, Session, SessionFacts } from "../login/session.ts";
import {
  claimedBy,
  createSession,
  isForgettable,
  nextDeadline,
  settle,
  transition,
  type Command,
} from "../login/transition.ts";
import { phoneView, screenView, type PhoneView, type ScreenView } from "../login/view.ts";
import { CloseCode, parseScreenMessage, SUBPROTOCOL } from "../protocol/socket.ts";
import { Callbacks } from "./callbacks.ts";
import { sessionIdOf } from "./session-stub.ts";
import { SessionStore } from "./session-store.ts";
import { readWatchRequest, type Watcher } from "./watch-request.ts";
import { Watchers } from "./watchers.ts";

/** What the Worker settled about a login before it asks for a session. */
export type NewSession = Pick<
  SessionFacts,
  | "clientId"
  | "scope"
  | "nonce"
  | "redirect"
  | "begunBy"
  | "maxAge"
  | "expectedSub"
  | "dpopJkt"
  | "codeTtl"
  | "screen"
> & {
  /** Milliseconds. */
  ttl: number;
};

/** The secrets of a new session; they are never to be had again. */
export interface NewSessionSecrets {
  watchToken: string;
  qrKey: string;
  /** For a device, which knows its code from the beginning; a screen is told when it is good for something. */
  code: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a phone may know of the session that it holds. */
export interface Claimed {
  clientId: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  request: PhoneView;
}

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
  /** A device's newest poll; what of it must outlive this memory is stored. */
  #polling: Polling | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new SessionStore(ctx.storage);
    this.#watchers = new Watchers(ctx);
    this.#callbacks = new Callbacks(ctx.storage, env);
  }

  /** Begins the session, and arms the one alarm that will end it. */
  async create({ ttl, ...facts }: NewSession): Promise<NewSessionSecrets> {
    const id = sessionIdOf(this.ctx.id);
    const watchToken = randomToken();
    const qrKey = randomToken();
    const watchTokenHash = await sha256(watchToken);
    const code = await codeFor(id, watchToken);
    const codeHash = await sha256(code);

    const createdAt = Date.now();
    const expiresAt = createdAt + ttl;
    const hashes = { watchTokenHash, codeHash };
    this.#store.save(createSession({ ...facts, ...hashes, id, qrKey, createdAt, expiresAt }));
    await this.ctx.storage.setAlarm(expiresAt);
    return { watchToken, qrKey, code, expiresAt };
  }

  /** How things stand, for a watcher that doesn't stay. */
  async snapshot(watcher: Watcher): Promise<Result<ScreenView>> {
    const admitted = await this.#admit(watcher);
    return admitted.ok
      ? success(screenView(admitted.value.session, admitted.value.code))
      : admitted;
  }

  /** Claims the session for the phone that saw its code, if no other was first. */
  async scan(
    proof: RotatingCode | "user_code",
    phone: Device,
  ): Promise<Result<Claimed & { scanToken: string }>> {
    const scanToken = randomToken();
    const scanTokenHash = await sha256(scanToken);
    const checked = proof === "user_code" ? { by: proof } : await this.#check(proof);
    const scanned = this.#apply({ type: "scan", proof: checked, scanTokenHash, phone });
    if (!scanned.ok) return scanned;
    const claimed = claimedBy(scanned.value, scanTokenHash, Date.now());
    return claimed.ok ? success({ scanToken, ...toClaimed(claimed.value) }) : claimed;
  }

  /** The session, told again to the phone that holds it. */
  async claimed(scanToken: string): Promise<Result<Claimed>> {
    const scanTokenHash = await sha256(scanToken);
    const session = this.#store.load();
    if (!session) return refusal("session_not_found");
    const claimed = claimedBy(session, scanTokenHash, Date.now());
    return claimed.ok ? success(toClaimed(claimed.value)) : claimed;
  }

  async approve(scanToken: string, account: AccountClaims): Promise<Result<null>> {
    const scanTokenHash = await sha256(scanToken);
    return done(this.#apply({ type: "approve", scanTokenHash, account }));
  }

  async deny(scanToken: string): Promise<Result<null>> {
    const scanTokenHash = await sha256(scanToken);
    return done(this.#apply({ type: "deny", scanTokenHash }));
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
    request: Omit<Extract<Command, { type: "redeem" }>, "type">,
  ): Result<Grant> | { ok: false; error: "code_used"; sub: string } {
    const before = this.#store.load();
    const redeemed = this.#apply({ type: "redeem", ...request });
    if (!redeemed.ok) {
      if (redeemed.error === "authorization_pending") return refusal(this.#poll());
      const sub = before?.status === "redeemed" ? before.sub : undefined;
      return redeemed.error === "code_used" && sub !== undefined
        ? { ok: false, error: redeemed.error, sub }
        : redeemed;
    }
    if (before?.status !== "approved") return refusal("code_unknown");
    const { id, clientId, scope, nonce, screen, approval } = before;
    return success({
      sessionId: id,
      clientId,
      scope,
      ...(nonce === undefined ? {} : { nonce }),
      account: approval.account,
      approvedAt: approval.approvedAt,
      screen,
    });
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
    this.#apply({ type: parsed.type });
  }

  /**
   * The one alarm. It may come late or twice, so it asks the heart what time has done, and arms
   * itself for what comes next. An expiry is not written down, since it follows from the clock; but
   * where the client is told of it, that must be known not to tell it twice.
   */
  override async alarm(): Promise<void> {
    const session = this.#store.load();
    if (!session) return;
    const now = Date.now();
    const current = settle(session, now);
    if (current !== session) {
      this.#watchers.tellAll(current);
      const answered = this.#callbacks.tell(current, now);
      if (answered) this.#store.save(current);
      this.#tryAgainAfter(answered);
    }
    await this.#deliver(now);
  }

  #apply(command: Command): Result<Session> {
    const session = this.#store.load();
    if (!session) return refusal("session_not_found");
    const now = Date.now();
    const outcome = transition(session, command, now);
    if (outcome.next) this.#store.save(outcome.next);
    if (!outcome.ok) return refusal(outcome.error);
    this.#watchers.tellAll(outcome.next);
    this.#tryAgainAfter(this.#callbacks.tell(outcome.next, now));
    return success(outcome.next);
  }

  /**
   * Arms the alarm where a first try has failed: most don't, and the alarm is a row each time. What is
   * told is on disk before, and should this object go before it hears the answer, the session's own
   * alarm finds it there. Nobody waits for the answer.
   */
  #tryAgainAfter(answered: Promise<void> | undefined): void {
    if (!answered) return;
    const arm = () => (this.#callbacks.nextDue() === undefined ? undefined : this.#arm(Date.now()));
    this.ctx.waitUntil(answered.then(arm));
  }

  /** Tells again what is due, and arms the alarm, in one turn. Nobody waits for the answers. */
  async #deliver(now: number): Promise<void> {
    const answered = this.#callbacks.sendDue(now);
    if (answered) this.ctx.waitUntil(answered.then(() => this.#arm(Date.now())));
    await this.#arm(now);
  }

  /** Arms the alarm for what comes next, in the turn that calls. Where nothing can come, leaves nothing. */
  async #arm(now: number): Promise<void> {
    const session = this.#store.load();
    if (!session) return;
    const current = settle(session, now);
    const deadline = isForgettable(current, now) ? Infinity : nextDeadline(current);
    const next = Math.min(deadline, this.#callbacks.nextDue() ?? Infinity);
    if (next === Infinity) await this.#store.wipe();
    else await this.ctx.storage.setAlarm(next);
  }

  /** A device's poll before its login is decided. */
  #poll(): "authorization_pending" | "slow_down" {
    const before = this.#polling ?? this.#store.loadPolling();
    const { answer, polling, store } = poll(before, Date.now());
    this.#polling = polling;
    if (store) this.#store.savePolling(polling);
    return answer;
  }

  /** Lets a watcher in by its token, and derives the code that only it may be told. */
  async #admit(watcher: Watcher): Promise<Result<{ session: Session; code: string }>> {
    const code = await codeFor(sessionIdOf(this.ctx.id), watcher.token);
    const tokenHash = await sha256(watcher.token);
    const session = this.#store.load();
    if (!session) return refusal("session_not_found");
    if (!sameSecret(session.watchTokenHash, tokenHash)) return refusal("watch_token_invalid");
    if (watcher.clientIds && !watcher.clientIds.includes(session.clientId)) {
      return refusal("origin_not_allowed");
    }
    return success({ session: settle(session, Date.now()), code });
  }

  async #check(scanned: RotatingCode): Promise<{ by: "qr"; t: number; macMatches: boolean }> {
    const session = this.#store.load();
    if (!session || !("qrKey" in session)) return { by: "qr", t: scanned.t, macMatches: false };
    const { mac } = await rotatingCode(session.qrKey, session.id, scanned.t);
    return { by: "qr", t: scanned.t, macMatches: sameSecret(mac, scanned.mac) };
  }
}

/**
 * The authorization code: derived from the watch token, so that whoever may watch can be told it
 * again after any interruption, although only its hash is stored. It names its session, for the
 * token endpoint to find it; it is 256 bits that nobody else can derive.
 */
async function codeFor(sessionId: string, watchToken: string): Promise<string> {
  return `${sessionId}.${await hmacSha256(watchToken, "qr-login.v1 authorization code")}`;
}

function toClaimed(
  session: { clientId: string; expiresAt: number } & Parameters<typeof phoneView>[0],
): Claimed {
  return { clientId: session.clientId, expiresAt: session.expiresAt, request: phoneView(session) };
}

/** The session itself stays inside: what crosses to the Worker is only whether it went well. */
function done(result: Result<Session>): Result<null> {
  return result.ok ? success(null) : result;
}

function refused(error: LoginError): Response {
  return Response.json({ error }, { status: 403 });
}
