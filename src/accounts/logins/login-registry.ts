import { defined } from "../../lib/defined.ts";
import type { Config } from "../../config/index.ts";
import type { AlarmScheduler } from "../../lib/alarm-scheduler.ts";
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

/** How long a logout token is retried, in milliseconds: by then all access tokens of the login have expired. */
const LOGOUT_TTL = 3600 * 1000;

/** The logins of one account: its rows, changed as login-record.ts decides. */
export class LoginRegistry {
  readonly #store: AccountStore;
  readonly #logouts: OutboxStore<LogoutNotice>;
  readonly #alarm: AlarmScheduler;
  readonly #env: Env;
  /** At least as many as are active. Below the limit, no rows need to be read to enforce it. */
  #activeUpperBound = Infinity;

  constructor(
    env: Env,
    store: AccountStore,
    logouts: OutboxStore<LogoutNotice>,
    alarm: AlarmScheduler,
  ) {
    this.#env = env;
    this.#store = store;
    this.#logouts = logouts;
    this.#alarm = alarm;
  }

  /** Records a new login. Refused if its code is void. */
  begin(
    login: NewLogin,
    limits: LoginLimits & Pick<Config, "maxDevices">,
    now: number,
  ): Result<null, "login_ended"> {
    const { sessionId } = login.grant;
    const begun = begin(this.#store.login(sessionId), login, limits, now);
    if (!begun.ok) return begun;
    this.#store.saveLogin(sessionId, begun.value);
    this.#activeUpperBound += 1;
    const root = rootOf(login, now);
    if (root !== undefined) {
      this.#makeRoom(root, { screens: MAX_SCREENS_OF_ROOT, records: MAX_RECORDS_OF_ROOT }, now);
    } else if (this.#activeUpperBound > limits.maxDevices) {
      this.#makeRoom(undefined, { screens: limits.maxDevices, records: MAX_RECORDS }, now);
    }
    return ok(null);
  }

  /** The login of a repeated code, if the request is a retry. */
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

  /** Whether the code of a login session was redeemed for tokens. True also after the login has ended. */
  wasRedeemed(sessionId: string): boolean {
    return this.#store.login(sessionId)?.grant !== undefined;
  }

  active(sessionId: string, now: number): ActiveLogin | undefined {
    const record = this.#store.login(sessionId);
    return isActive(record, now) ? record : undefined;
  }

  /** The root of the unconfirmed phone that approved a login. */
  rootOf(sessionId: string, now: number): string | undefined {
    const record = this.#store.login(sessionId);
    return record && rootOf(record, now);
  }

  /** The logins in the owner's list of devices. The one that was used last comes first. */
  devices(now: number): DeviceSummary[] {
    return this.#store
      .logins()
      .flatMap(([, record]) => (isListed(record, now) ? (deviceSummary(record, now) ?? []) : []))
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  /** The login, if it is active. Updates when it was last used. */
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

  /** The login, if its owner may end or report it. */
  endable(sessionId: string, by: "owner" | "stranger", now: number): LoginRecord | undefined {
    const record = this.#store.login(sessionId);
    return record && isEndable(record, by, now) ? record : undefined;
  }

  /** Rotates a refresh token. A repeated request writes nothing. */
  refresh(sessionId: string, use: RefreshUse, now: number): Result<Refreshed, RefreshError> {
    const record = this.#store.login(sessionId);
    const refreshed = refresh(record, use, now);
    if (!refreshed.ok) return refreshed;
    const { login, family } = refreshed.value;
    if (login !== record) this.#store.saveLogin(sessionId, login);
    const { reference, current } = family;
    return ok({ grant: login.grant, reference, serial: current.serial });
  }

  /** Describes a refresh token. Writes nothing. */
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
   * Ends a login: its tokens are void from now on. Unless `notifyClient` is false, its client is sent a logout token;
   * also if the owner reports a login that had ended before. Returns when the record is to be deleted.
   */
  end(
    sessionId: string,
    by: EndedBy,
    now: number,
    { notifyClient = true, ...asking }: { notifyClient?: boolean; ask?: boolean } = {},
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
    if (notifyClient && hasCallbackUrl(this.#env, logout.clientId, "backchannel_logout_uri")) {
      this.#logouts.enqueue(logout, now, now + LOGOUT_TTL);
    }
    return ended.forgetAt;
  }

  /** Ends logins, and sends their logout tokens. Does nothing if the account was deleted. */
  async endAndNotify(
    sessionIds: readonly string[],
    by: EndedBy,
    options: { notifyClient?: boolean } = {},
  ): Promise<void> {
    if (this.#store.isDeleted || sessionIds.length === 0) return;
    const now = Date.now();
    const purgeTimes = sessionIds.map((id) => this.end(id, by, now, options));
    await this.#alarm.schedule(Math.min(...purgeTimes), now);
  }

  /** Deletes the records whose retention is over. */
  purge(now: number): void {
    for (const [sessionId, record] of this.#store.logins()) {
      if (purgeAt(record) <= now) this.#store.deleteLogin(sessionId);
    }
  }

  /** When `purge` has something to delete next; `Infinity` if there is nothing. */
  nextPurge(): number {
    return Math.min(...this.#store.logins().map(([, record]) => purgeAt(record)), Infinity);
  }

  /** Ends excess logins and deletes excess records: of this root only, or of logins that have none. */
  #makeRoom(
    root: string | undefined,
    limits: { screens: number; records: number },
    now: number,
  ): void {
    const all = this.#store.logins();
    const own = all.filter(([, record]) => rootOf(record, now) === root);
    const excess = excessLogins(
      own.map(([, record]) => record),
      limits.screens,
      now,
    );
    // The owner is not asked about these.
    for (const { grant } of excess) {
      this.end(grant.sessionId, "server", now, { ask: false });
    }
    const inactive = own
      .filter(([, record]) => !isActive(record, now))
      .toSorted(([, a], [, b]) => purgeAt(a) - purgeAt(b));
    for (const [sessionId] of inactive.slice(0, Math.max(0, own.length - limits.records))) {
      this.#store.deleteLogin(sessionId);
    }
    const active = all.filter(([, record]) => isActive(record, now));
    this.#activeUpperBound = active.length - excess.length;
  }
}

function toLogout({ clientId, account, sessionId }: Grant): LogoutNotice {
  return { clientId, sub: account.sub, sid: sessionId };
}
