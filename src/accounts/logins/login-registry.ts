import { defined } from "../../lib/defined.ts";
import type { Config } from "../../config/index.ts";
import type { OutboxStore } from "../../lib/outbox/outbox-store.ts";
import type { LogoutNotice } from "../../oidc/backchannel/logout-token.ts";
import { hasCallbackUrl } from "../../oidc/backchannel/callback-url.ts";
import { report } from "../../telemetry/report.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { RedeemError } from "../../login-session/domain/errors.ts";
import type { Grant } from "../../login-session/domain/grant.ts";
import type { RedeemedLogin, RefreshTokenInfo, Refreshed } from "../account-rpc.ts";
import type { AccountStore } from "../account-store.ts";
import { deviceSummary, type DeviceSummary } from "./device-summary.ts";
import {
  begin,
  confirm,
  end,
  endByOwner,
  endsAt,
  purgeAt,
  isActive,
  isEndable,
  isListed,
  MAX_RECORDS,
  MAX_RECORDS_OF_ROOT,
  MAX_SCREENS_OF_ROOT,
  excessLogins,
  touch,
  type ActiveLogin,
  type EndedBy,
  type LoginRecord,
  type LoginLimits,
  type NewLogin,
} from "./login-record.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";
import { redeemAgain, type RepeatedCode } from "./redemption.ts";
import {
  boundTo,
  findFamily,
  refresh,
  type PresentedRefreshToken,
  type RefreshError,
  type RefreshUse,
} from "./refresh-tokens.ts";

/** How long a client is tried to be told of a logout, in milliseconds: then no token of it is good any more. */
const LOGOUT_TTL = 3600 * 1000;

/** The screens that are logged in through one account, and those that were. */
export class LoginRegistry {
  readonly #store: AccountStore;
  readonly #logouts: OutboxStore<LogoutNotice>;
  readonly #env: Env;
  /** No fewer than are active, counted in this memory: below the cap, none need be read for it. */
  #activeUpperBound = Infinity;

  constructor(store: AccountStore, logouts: OutboxStore<LogoutNotice>, env: Env) {
    this.#store = store;
    this.#logouts = logouts;
    this.#env = env;
  }

  /** Remembers that a screen was logged in. Refused where its code was void before. */
  begin(
    login: NewLogin,
    terms: LoginLimits & Pick<Config, "maxDevices">,
    now: number,
  ): Result<null, "login_ended"> {
    const { sessionId } = login.grant;
    const begun = begin(this.#store.login(sessionId), login, terms, now);
    if (!begun.ok) return begun;
    this.#store.saveLogin(sessionId, begun.value);
    this.#activeUpperBound += 1;
    const root = rootOf(login, now);
    if (root !== undefined) {
      this.#makeRoom(root, { screens: MAX_SCREENS_OF_ROOT, records: MAX_RECORDS_OF_ROOT }, now);
    } else if (this.#activeUpperBound > terms.maxDevices) {
      this.#makeRoom(undefined, { screens: terms.maxDevices, records: MAX_RECORDS }, now);
    }
    return ok(null);
  }

  /** What a code gave that comes again, if it is a retry. */
  redeemAgain(
    sessionId: string,
    presented: RepeatedCode,
    now: number,
  ): Result<RedeemedLogin, RedeemError> {
    const again = redeemAgain(this.#store.login(sessionId), presented, now);
    if (!again.ok) return again;
    const { grant, refresh } = again.value;
    return ok({ grant, ...(refresh ? { refreshReference: refresh.reference } : {}) });
  }

  /** Whether the code of a login session was redeemed for tokens, whatever became of the login since. */
  wasRedeemed(sessionId: string): boolean {
    return this.#store.login(sessionId)?.grant !== undefined;
  }

  active(sessionId: string, now: number): ActiveLogin | undefined {
    const record = this.#store.login(sessionId);
    return isActive(record, now) ? record : undefined;
  }

  /** The root of the unconfirmed phone that approved a login, if one did. */
  rootOf(sessionId: string, now: number): string | undefined {
    const record = this.#store.login(sessionId);
    return record && rootOf(record, now);
  }

  /** The screens that its owner is shown: the one that was used last comes first. */
  devices(now: number): DeviceSummary[] {
    return this.#store
      .logins()
      .flatMap(([, record]) => (isListed(record, now) ? (deviceSummary(record, now) ?? []) : []))
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  /** The login, if what it gave is still good; that it was used is noted now and then. */
  use(sessionId: string, now: number): ActiveLogin | undefined {
    const login = this.active(sessionId, now);
    const current = login && touch(login, now);
    if (current && current !== login) this.#store.saveLogin(sessionId, current);
    return current;
  }

  confirm(sessionId: string, now: number): boolean {
    const login = this.#store.login(sessionId);
    if (!login || !isListed(login, now)) return false;
    const current = confirm(login, now);
    if (current !== login) this.#store.saveLogin(sessionId, current);
    return true;
  }

  /** The login, if its owner may end it, or say that it was not theirs. */
  endable(sessionId: string, by: "owner" | "stranger", now: number): LoginRecord | undefined {
    const record = this.#store.login(sessionId);
    return record && isEndable(record, by, now) ? record : undefined;
  }

  /** Exchanges a refresh token for its successor. A repeated request writes nothing. */
  refresh(sessionId: string, use: RefreshUse, now: number): Result<Refreshed, RefreshError> {
    const record = this.#store.login(sessionId);
    const refreshed = refresh(record, use, now);
    if (!refreshed.ok) return refreshed;
    const { login, family } = refreshed.value;
    if (login !== record) this.#store.saveLogin(sessionId, login);
    const { reference, current } = family;
    return ok({ grant: login.grant, reference, serial: current.serial });
  }

  /** What a refresh token is good for. To ask changes nothing. */
  introspectRefreshToken(
    sessionId: string,
    token: PresentedRefreshToken,
    now: number,
  ): Result<RefreshTokenInfo, RefreshError> {
    const found = findFamily(this.#store.login(sessionId), token, now);
    if (!found.ok) return found;
    const { login, family, state } = found.value;
    const { clientId, scope } = login.grant;
    const jkt = boundTo(family, token);
    return ok({
      clientId,
      scope,
      expiresAt: Math.min(family.idleAt, endsAt(login)),
      isGood: state !== "spent" && now < family.idleAt,
      isSpent: state === "spent",
      ...defined({ jkt }),
    });
  }

  /**
   * Ends a login: its tokens are void from now on. Its client is sent a logout token, unless `tell` is
   * false; and once more where the owner says that a login was not theirs that had ended before. Gives
   * when all of it is to be forgotten.
   */
  end(
    sessionId: string,
    by: EndedBy,
    now: number,
    { tell = true, ...asking }: { tell?: boolean; ask?: boolean } = {},
  ): number {
    const record = this.#store.login(sessionId);
    const isOwner = by === "owner" || by === "stranger";
    const ended = isOwner && record ? endByOwner(record, by, now) : end(record, by, now, asking);
    this.#store.saveLogin(sessionId, ended);
    if (!record?.grant || !(isOwner || isActive(record, now))) return ended.forgetAt;
    const logout = toLogout(record.grant);
    report(this.#env, {
      type: "device_ended",
      client: logout.clientId,
      session: sessionId,
      why: by,
    });
    if (tell && hasCallbackUrl(this.#env, logout.clientId, "backchannel_logout_uri")) {
      this.#logouts.enqueue(logout, now, now + LOGOUT_TTL);
    }
    return ended.forgetAt;
  }

  /** Forgets the logins that have nothing more to say. */
  forget(now: number): void {
    for (const [sessionId, record] of this.#store.logins()) {
      if (purgeAt(record) <= now) this.#store.deleteLogin(sessionId);
    }
  }

  /** When there is something to forget next: `Infinity` where nothing is. */
  nextForgetting(): number {
    return Math.min(...this.#store.logins().map(([, record]) => purgeAt(record)), Infinity);
  }

  /**
   * Ends those that are too many, and forgets the oldest of those that ended, if there are too many of them: of this
   * root alone, or of those that have none.
   */
  #makeRoom(
    root: string | undefined,
    places: { screens: number; records: number },
    now: number,
  ): void {
    const all = this.#store.logins();
    const own = all.filter(([, record]) => rootOf(record, now) === root);
    const surplusLogins = excessLogins(
      own.map(([, record]) => record),
      places.screens,
      now,
    );
    // The newer logins are in the list; these are not worth a question.
    for (const { grant } of surplusLogins) {
      this.end(grant.sessionId, "server", now, { ask: false });
    }
    const over = own
      .filter(([, record]) => !isActive(record, now))
      .toSorted(([, a], [, b]) => purgeAt(a) - purgeAt(b));
    for (const [sessionId] of over.slice(0, Math.max(0, own.length - places.records))) {
      this.#store.deleteLogin(sessionId);
    }
    const active = all.filter(([, record]) => isActive(record, now));
    this.#activeUpperBound = active.length - surplusLogins.length;
  }
}

/** What a login's client is told of its end. */
function toLogout({ clientId, account, sessionId }: Grant): LogoutNotice {
  return { clientId, sub: account.sub, sid: sessionId };
}
