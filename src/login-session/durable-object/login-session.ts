import { DurableObject } from "cloudflare:workers";
import type { LinkError, RedeemedLogin } from "../../accounts/account-rpc.ts";
import { accountStub } from "../../accounts/account-stub.ts";
import { configOf } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { UnreadableRow } from "../../lib/row-format.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { isToken43 } from "../../protocol/random-token.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { CreatedSession } from "../../protocol/responses.ts";
import { parseScreenMessage } from "../../protocol/screen-message.ts";
import { CloseCode, SUBPROTOCOL } from "../../protocol/socket.ts";
import { requireClaimByOtherDevice } from "../domain/approval.ts";
import { approvalStatement } from "../domain/approval-statement.ts";
import type { AuthenticatedUser } from "../domain/authenticated-user.ts";
import type { PresentedTokens } from "../domain/commands.ts";
import type { DeviceInfo } from "../domain/device-info.ts";
import type { LoginErrorCode, LoginResult } from "../domain/errors.ts";
import { applyExpiry } from "../domain/expiry.ts";
import type { RotatingCode } from "../domain/rotating-code.ts";
import { notPendingError } from "../domain/scan.ts";
import type { ScannedSession, Session, SessionParameters } from "../domain/session.ts";
import { keptLogin, type KeptLogin } from "../domain/single-sign-on.ts";
import { createdView } from "../domain/view.ts";
import { authorizationCode } from "./authorization-code.ts";
import { newSession } from "./new-session.ts";
import {
  loginRecord,
  phoneRecord,
  type CodeRequest,
  type LinkedToAccount,
  type PhoneToLink,
  type RedeemTerms,
} from "./redemption.ts";
import {
  checkCode,
  presentedTokensOf,
  randomMatchingCodes,
  type ApproveInput,
  type ScanInput,
} from "./scan-input.ts";
import { scanResult, type ScanResult } from "./scan-result.ts";
import { SessionApproval, type SignOnInput } from "./session-approval.ts";
import { SessionCompletion } from "./session-completion.ts";
import { SESSION_GONE, SessionLifecycle } from "./session-lifecycle.ts";
import { SessionStore } from "./session-store.ts";
import { sessionIdOf } from "./session-stub.ts";
import {
  readWatchRequest,
  watchRefusal,
  type WatchCredentials,
  type WatchError,
} from "./watch-request.ts";
import { snapshotText, Watchers } from "./watchers.ts";

/** Typed codes that a screen can request: one is enough, unless a response is lost. */
const MAX_USER_CODES = 3;

/** How long until a session whose row can't be read is read again, in milliseconds. */
const UNREADABLE_RETRY = 24 * 3600 * 1000;

/**
 * One login session: the methods that can be called from outside. SessionLifecycle changes the session;
 * SessionApproval and SessionCompletion do so together with the account.
 */
export class LoginSession extends DurableObject<Env> {
  readonly #id: string;
  readonly #store: SessionStore;
  readonly #watchers: Watchers;
  readonly #lifecycle: SessionLifecycle;
  readonly #approval: SessionApproval;
  readonly #completion: SessionCompletion;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#id = sessionIdOf(ctx.id);
    this.#store = new SessionStore(ctx.storage);
    this.#watchers = new Watchers(ctx);
    this.#lifecycle = new SessionLifecycle(ctx, env, this.#store, this.#watchers);
    this.#approval = new SessionApproval(env, this.#store, this.#lifecycle);
    this.#completion = new SessionCompletion(env, this.#store, this.#lifecycle);
  }

  /** Creates the session. A device also gets its code, which becomes valid with the approval (RFC 8628 §3.2). */
  async create(
    parameters: SessionParameters,
  ): Promise<{ created: CreatedSession; deviceCode?: string }> {
    const { session, watchToken, code } = await newSession(this.env, this.#id, parameters);
    await this.#lifecycle.create(session);
    const created = createdView(session, watchToken, configOf(this.env).issuer);
    const isDevice = parameters.begunBy.grant === "device_code";
    return { created, ...(isDevice ? { deviceCode: code } : {}) };
  }

  /** Creates a session that a browser session approves at once. Nobody watches it. */
  async createSignedOn(
    parameters: SessionParameters,
    by: SignOnInput,
  ): Promise<LoginResult<AuthorizationResponse>> {
    const created = await newSession(this.env, this.#id, parameters);
    await this.#lifecycle.create(created.session);
    return await this.#approval.signOn(created, by);
  }

  /** The login of an approved session, after which the browser may stay logged in. Null if it isn't approved. */
  async loginToKeep(watcher: WatchCredentials): Promise<Result<KeptLogin | null, WatchError>> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? ok(keptLogin(admitted.value.session) ?? null) : admitted;
  }

  /** The current snapshot, as text. */
  async snapshot(watcher: WatchCredentials): Promise<Result<string, WatchError>> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? ok(snapshotText(admitted.value.session, admitted.value.code)) : admitted;
  }

  /** Counts one more typed code for the screen, while a phone can still claim the session by it. */
  async takeUserCode(watcher: WatchCredentials): Promise<LoginResult<{ expiresAt: number }>> {
    const admitted = await this.#authorizeWatcher(watcher);
    if (!admitted.ok) return admitted;
    const { session } = admitted.value;
    if (session.status !== "pending") return err(notPendingError(session));
    const count = this.#store.loadUserCodes();
    if (count >= MAX_USER_CODES) return err("too_many_requests");
    this.#store.saveUserCodes(count + 1);
    return ok({ expiresAt: session.expiresAt });
  }

  /** Claims the session for the first phone that scans. If that phone repeats its scan, it gets the same response. */
  async scan(
    proof: RotatingCode | "user_code" | "same_device",
    device: DeviceInfo,
    { approver, watchToken, scanToken = randomToken() }: ScanInput = {},
  ): Promise<ScanResult> {
    await this.#completion.expireIfDue();
    const tokens = await presentedTokensOf(scanToken, watchToken);
    const scanned = this.#lifecycle.execute({
      type: "scan",
      proof: typeof proof === "string" ? { by: proof } : await checkCode(this.#store.load(), proof),
      ...tokens,
      device,
      matchingCodes: randomMatchingCodes(),
      ...defined({ approver }),
    });
    return scanResult(scanned, scanToken, approver?.account);
  }

  /** The response to a scan again, for the phone that has claimed the session. */
  async viewRequest(
    scanToken: string,
    { approver, watchToken }: Pick<ScanInput, "approver" | "watchToken"> = {},
  ): Promise<ScanResult> {
    await this.#completion.expireIfDue();
    const tokens = await presentedTokensOf(scanToken, watchToken);
    if (!approver) return scanResult(this.#requireClaim(tokens), scanToken, undefined);
    const matchingCodes = randomMatchingCodes();
    const viewed = this.#lifecycle.execute({ type: "view", ...tokens, approver, matchingCodes });
    const result = scanResult(viewed, scanToken, approver.account);
    return await this.#explainDeleted(result, approver.account);
  }

  /** What the account's owner signs to approve. */
  async statement(
    scanToken: string,
    account: AuthenticatedUser,
    nonce: string,
  ): Promise<LoginResult<string>> {
    const claimed = this.#requireClaim(await presentedTokensOf(scanToken));
    return claimed.ok ? ok(approvalStatement(claimed.value, account, nonce)) : claimed;
  }

  async approve(scanToken: string, input: ApproveInput): Promise<LoginResult<null>> {
    await this.#completion.expireIfDue();
    const approved = await this.#approval.approve(scanToken, input);
    return await this.#explainDeleted(withoutSession(approved), input.account);
  }

  async deny(scanToken: string): Promise<LoginResult<null>> {
    await this.#completion.expireIfDue();
    const scanTokenHash = await sha256(scanToken);
    return withoutSession(this.#lifecycle.execute({ type: "deny", scanTokenHash }));
  }

  /** The screen's owner has typed what the phone shows. */
  async match(watcher: WatchCredentials, code: string): Promise<LoginResult<null>> {
    const admitted = await this.#authorizeWatcher(watcher);
    if (!admitted.ok) return admitted;
    return withoutSession(this.#lifecycle.execute({ type: "match", code }));
  }

  async cancel(watcher: WatchCredentials): Promise<LoginResult<null>> {
    const admitted = await this.#authorizeWatcher(watcher);
    return admitted.ok ? withoutSession(await this.#completion.cancel()) : admitted;
  }

  /** The status as of now. Undefined if the session is deleted. */
  async status(): Promise<Session["status"] | undefined> {
    await this.#completion.expireIfDue();
    const session = this.#store.load();
    return session && applyExpiry(session, Date.now()).status;
  }

  /** Ends the session for another one of the same pushed request. False if it was redeemed. */
  endUnlessRedeemed(): Promise<boolean> {
    return this.#completion.endUnlessRedeemed();
  }

  /** Redeems the code for a login. */
  redeem(request: CodeRequest, terms: RedeemTerms): Promise<Result<RedeemedLogin, LoginErrorCode>> {
    return this.#completion.redeem(request, loginRecord(this.env, this.#id, request, terms));
  }

  /** Redeems the code of a new phone, which is linked to the account. */
  link(
    request: CodeRequest,
    phone: PhoneToLink,
  ): Promise<Result<LinkedToAccount, LoginErrorCode | LinkError>> {
    return this.#completion.redeem(request, phoneRecord(this.env, this.#id, request, phone));
  }

  /** Accepts a watcher. This is no RPC method, because only a request can open a WebSocket. */
  override async fetch(request: Request): Promise<Response> {
    const admitted = await this.#authorizeWatcher(readWatchRequest(request));
    if (!admitted.ok) return watchRefusal(admitted.error);
    if (this.#watchers.full) return watchRefusal("too_many_watchers");
    const { session, code } = admitted.value;
    return new Response(null, {
      status: 101,
      webSocket: this.#watchers.accept(session, code),
      headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL },
    });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (!this.#watchers.countMessage(socket)) return;
    const parsed = parseScreenMessage(message);
    if (!parsed) {
      socket.close(CloseCode.unreadable, "not a message of this protocol");
      return;
    }
    // The result is not sent: the screen gets the next snapshot.
    if (parsed.type === "cancel") await this.#completion.cancel();
    else this.#lifecycle.execute(parsed);
  }

  override async alarm(): Promise<void> {
    try {
      await this.#completion.onAlarm();
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error;
      // Nothing is changed. A version of this Worker that can read the row ends the session.
      console.error(error.message);
      await this.ctx.storage.setAlarm(Date.now() + UNREADABLE_RETRY);
    }
  }

  /** Checks the watch token, and derives the code that only a watcher may receive. */
  async #authorizeWatcher(
    watcher: WatchCredentials,
  ): Promise<Result<{ session: Session; code: string }, WatchError>> {
    if (!isToken43(watcher.token)) return err("watch_token_invalid");
    await this.#completion.expireIfDue();
    const code = await authorizationCode(this.#id, watcher.token);
    const tokenHash = await sha256(watcher.token);
    const session = this.#store.load();
    if (!session) return err(SESSION_GONE);
    if (!timingSafeEqual(session.watchTokenHash, tokenHash)) return err("watch_token_invalid");
    if (watcher.clientIds && !watcher.clientIds.includes(session.clientId)) {
      return err("origin_not_allowed");
    }
    return ok({ session: applyExpiry(session, Date.now()), code });
  }

  #requireClaim(tokens: PresentedTokens): LoginResult<ScannedSession> {
    const session = this.#store.load();
    return session ? requireClaimByOtherDevice(session, tokens, Date.now()) : err(SESSION_GONE);
  }

  /**
   * A redeemed session is deleted, but its account knows the login. A phone that asks again because a
   * response was lost gets the same error as before the deletion.
   */
  async #explainDeleted<Value>(
    result: LoginResult<Value>,
    { sub }: AuthenticatedUser,
  ): Promise<LoginResult<Value>> {
    if (result.ok || result.error !== SESSION_GONE) return result;
    const wasRedeemed = await accountStub(this.env, sub).wasRedeemed(this.#id);
    return wasRedeemed ? err("already_approved") : result;
  }
}

/** The session stays inside the object. */
function withoutSession(result: LoginResult<Session>): LoginResult<null> {
  return result.ok ? ok(null) : result;
}
