import { DurableObject } from "cloudflare:workers";
import { Deliveries } from "../delivery/deliveries.ts";
import { sendLogout, type Logout } from "../delivery/logout-token.ts";
import { hasReceiver } from "../delivery/receiver.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import { decodeBase64url } from "../login/base64url.ts";
import type { Standing } from "../login/risk.ts";
import type { AccountClaims } from "../login/session.ts";
import {
  methodsOf,
  newCredential,
  newSession,
  seen,
  sessionsToDrop,
  usePasskey,
  type Credential,
  type NewCredential,
  type Profile,
} from "./account-state.ts";
import { AccountStore } from "./account-store.ts";
import type { HistoryEvent } from "./history-event.ts";
import { begin, end, forgetAt, isActive, surplus, type ActiveLogin } from "./login-record.ts";
import type { AssertionResponse } from "./passkey-bodies.ts";
import { verifyAssertion, type Ceremony } from "./passkeys.ts";
import { standingOf } from "./standing.ts";
import { findFamily, refresh, type RefreshError, type RefreshUse } from "./refresh-family.ts";

/** What is asked of an account before it lets a phone in. */
export interface SignIn {
  response: AssertionResponse;
  ceremony: Ceremony;
  /** Hash of the secret that the phone will hold. */
  secretHash: string;
}

/** An assertion for one request of the account `sub`. */
export type StepUp = Pick<SignIn, "response" | "ceremony"> & { sub: string };

export interface Registration {
  name: string;
  /** Verified by whoever sends it. */
  credential: NewCredential;
  secretHash: string;
}

/** A login that a screen has just got tokens for. */
export type NewLogin = Pick<ActiveLogin, "grant" | "expiresAt" | "refresh">;

/** What may be told of a refresh token to the client that it was issued to. */
export interface Refreshable {
  clientId: string;
  scope: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Thumbprint of the key that it is bound to. */
  jkt?: string;
}

/** How long an ended login is remembered, in milliseconds: longer than any access token lives. */
const ENDED_TTL = 2 * 3600 * 1000;

/** How long a client is tried to be told of a logout, in milliseconds: then no token of it is good any more. */
const LOGOUT_TTL = 3600 * 1000;

/** A screen that is logged in. Instants are milliseconds since the epoch. */
export interface LoginSummary {
  /** The login's name, as in its tokens. */
  sid: string;
  clientId: string;
  begunAt: number;
  lastUsedAt: number;
}

/** What a phone that is signed in may know of its account. */
export interface SignedIn {
  name: string;
}

/**
 * One person with passkeys: the object named by their `sub`. Each call reads, decides by
 * account-state.ts and writes, with no `await` between; nothing is kept in memory, and no secret
 * but as its hash.
 */
export class Account extends DurableObject<Env> {
  readonly #store: AccountStore;
  readonly #logouts: Deliveries<Logout>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = new AccountStore(ctx.storage);
    this.#logouts = new Deliveries(ctx.storage, ({ id, message }) => sendLogout(env, id, message));
  }

  /** Creates the account, once: its name was drawn for one ceremony, and so that can't be used again. */
  register(registration: Registration): Result<SignedIn, "account_exists"> {
    if (this.#store.profile()) return refusal("account_exists");
    const now = Date.now();
    const credential = newCredential(registration.credential, now);
    this.#store.saveProfile({ name: registration.name, createdAt: now });
    this.#store.saveCredential(credential);
    this.#openSession(registration.secretHash, credential, now);
    return success({ name: registration.name });
  }

  /** Lets a phone in whose passkey is one of the account's (WebAuthn Level 3 §7.2). */
  async signIn({
    response,
    ceremony,
    secretHash,
  }: SignIn): Promise<Result<SignedIn, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    const used = await this.#usePasskey(response, ceremony);
    if (!used.ok) return used;
    const { credential, profile } = used.value;
    this.#openSession(secretHash, credential, Date.now());
    return success({ name: profile.name });
  }

  /**
   * Whether a passkey of this account signed what it was asked to (WebAuthn Level 3 §7.2), for one
   * request and not to sign in.
   */
  async stepUp({
    response,
    ceremony,
    sub,
  }: StepUp): Promise<Result<null, "account_unknown" | "passkey_invalid" | "ceremony_used">> {
    // §7.2, "identify the user": the passkey itself says whose it is.
    if (!isHandleOf(response.response.userHandle, sub)) return refusal("account_unknown");
    const used = await this.#usePasskey(response, ceremony);
    return used.ok ? success(null) : used;
  }

  /** What its logins say of screens, for assessing another one. */
  standing(): Standing {
    return standingOf(this.#store.logins().map(([, record]) => record));
  }

  /** Remembers something for the account's owner to read. */
  note(event: HistoryEvent): void {
    this.#store.addEvent(event, Date.now());
  }

  /** Who holds a phone, by the hash of its secret. */
  whoIs(secretHash: string): Result<Omit<AccountClaims, "sub"> & SignedIn, "not_signed_in"> {
    const profile = this.#store.profile();
    const session = this.#store.session(secretHash);
    if (!profile || !session) return refusal("not_signed_in");
    const current = seen(session, Date.now());
    if (!current) return refusal("not_signed_in");
    if (current !== session) this.#store.saveSession(current);
    return success({
      name: profile.name,
      authTime: current.authTime,
      amr: current.amr,
      phone: secretHash,
    });
  }

  signOut(secretHash: string): void {
    this.#store.deleteSession(secretHash);
  }

  /**
   * Remembers that a screen was logged in. Refused where the login was ended already, by its code
   * coming a second time: then it must give nothing.
   */
  async beginLogin(login: NewLogin): Promise<Result<null, "login_ended">> {
    const { sessionId } = login.grant;
    const now = Date.now();
    const begun = begin(this.#store.login(sessionId), login, now);
    if (!begun.ok) return begun;
    this.#store.saveLogin(sessionId, begun.value);
    const all = this.#store.logins().map(([, record]) => record);
    for (const { grant } of surplus(all, now)) await this.endLogin(grant.sessionId);
    await this.#arm(begun.value.expiresAt);
    return success(null);
  }

  /** Whether what a login gave is still good. One that isn't known gave nothing. */
  isLoggedIn(sessionId: string): boolean {
    return isActive(this.#store.login(sessionId), Date.now());
  }

  /**
   * Uses up a refresh token. One that was used before tells that somebody has a copy, so it ends the
   * login, whoever brings it (RFC 9700 §4.14.2).
   */
  async refresh(sessionId: string, use: RefreshUse): Promise<Result<Grant, RefreshError>> {
    const refreshed = refresh(this.#store.login(sessionId), use, Date.now());
    if (refreshed.ok) {
      this.#store.saveLogin(sessionId, refreshed.value);
      return success(refreshed.value.grant);
    }
    if (refreshed.error === "refresh_token_used") await this.endLogin(sessionId);
    return refreshed;
  }

  /** What a refresh token is good for, without using it up. */
  whatRefreshes(sessionId: string, tokenHash: string): Result<Refreshable, RefreshError> {
    const found = findFamily(this.#store.login(sessionId), tokenHash, Date.now());
    if (!found.ok) return found;
    const { login, family } = found.value;
    return success({
      clientId: login.grant.clientId,
      scope: login.grant.scope,
      expiresAt: Math.min(family.idleAt, login.expiresAt),
      ...(family.jkt === undefined ? {} : { jkt: family.jkt }),
    });
  }

  /**
   * Ends a login: its tokens are void from now on. Its client is told, unless the client itself, `by`,
   * asked for that: then it knows, and has ended its own session first.
   */
  async endLogin(sessionId: string, { by }: { by?: string } = {}): Promise<void> {
    const record = this.#store.login(sessionId);
    const now = Date.now();
    const ended = end(sessionId, record, ENDED_TTL, now);
    this.#store.saveLogin(sessionId, ended);
    const logout = isActive(record, now) ? toLogout(record) : undefined;
    if (
      logout === undefined ||
      logout.clientId === by ||
      !hasReceiver(this.env, logout.clientId, "backchannel_logout_uri")
    ) {
      return this.#arm(ended.forgetAt);
    }
    this.#logouts.put(logout, now, now + LOGOUT_TTL);
    await this.#deliver(now);
  }

  /** The screens that are logged in, for their owner to see. */
  logins(): LoginSummary[] {
    const now = Date.now();
    const active = this.#store.logins().flatMap(([, login]) => (isActive(login, now) ? login : []));
    return active
      .toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)
      .map(({ grant, lastUsedAt }) => ({
        sid: grant.sessionId,
        clientId: grant.clientId,
        begunAt: grant.approvedAt,
        lastUsedAt,
      }));
  }

  /** The one alarm: forgets the logins that have nothing more to say, and tells again who hasn't heard. */
  override async alarm(): Promise<void> {
    const now = Date.now();
    for (const [sessionId, record] of this.#store.logins()) {
      if (forgetAt(record) <= now) this.#store.deleteLogin(sessionId);
    }
    await this.#deliver(now);
  }

  /**
   * Sends what is due. That it will be tried again is on disk with what it tells of: the outbox and
   * the alarm are written in the same turn. Nobody waits for the answers.
   */
  async #deliver(now: number): Promise<void> {
    const answered = this.#logouts.sendDue(now);
    if (answered) this.ctx.waitUntil(answered.then(() => this.#rearm()));
    await this.#rearm();
  }

  /** Arms the alarm for what comes next, in the turn that calls. */
  async #rearm(): Promise<void> {
    const ends = this.#store.logins().map(([, record]) => forgetAt(record));
    const next = Math.min(...ends, this.#logouts.nextDue() ?? Infinity);
    if (Number.isFinite(next)) await this.ctx.storage.setAlarm(next);
  }

  /** Sees to it that the alarm comes by `instant`; one that comes sooner arms itself again. */
  async #arm(instant: number): Promise<void> {
    const armed = await this.ctx.storage.getAlarm();
    if (armed === null || instant < armed) await this.ctx.storage.setAlarm(instant);
  }

  /** Verifies an assertion by one of the account's passkeys, which remembers the ceremony. */
  async #usePasskey(
    response: AssertionResponse,
    ceremony: Ceremony,
  ): Promise<
    Result<
      { credential: Credential; profile: Profile },
      "account_unknown" | "passkey_invalid" | "ceremony_used"
    >
  > {
    const known = this.#store.credential(response.id);
    if (!known) return refusal("account_unknown");
    const verified = await verifyAssertion(response, known, ceremony);
    if (!verified.ok) return verified;

    // Others may have come in meanwhile: what counts is the passkey as it is now.
    const profile = this.#store.profile();
    const current = this.#store.credential(response.id);
    if (!profile || !current) return refusal("account_unknown");
    const used = usePasskey(current, verified.value, ceremony.begunAt, Date.now());
    if (!used.ok) return used;
    this.#store.saveCredential(used.value);
    return success({ credential: used.value, profile });
  }

  #openSession(secretHash: string, credential: Credential, now: number): void {
    for (const dropped of sessionsToDrop(this.#store.sessions(), now)) {
      this.#store.deleteSession(dropped.secretHash);
    }
    this.#store.saveSession(newSession(secretHash, methodsOf(credential), now));
  }
}

/** What a login's client is told of its end. */
function toLogout({ grant }: ActiveLogin): Logout {
  return { clientId: grant.clientId, sub: grant.account.sub, sid: grant.sessionId };
}

/** WebAuthn Level 3 §5.4.3: the user handle is what the account was called when the passkey was made. */
function isHandleOf(userHandle: string, sub: string): boolean {
  return new TextDecoder().decode(decodeBase64url(userHandle)) === sub;
}
