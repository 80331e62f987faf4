import type { Config } from "../config.ts";
import type { Deliveries } from "../delivery/deliveries.ts";
import type { Logout } from "../delivery/logout-token.ts";
import { hasReceiver } from "../delivery/receiver.ts";
import { report } from "../events/report.ts";
import { success, type Result } from "../login/errors.ts";
import type { Grant } from "../login/grant.ts";
import type { Refreshable } from "./account-calls.ts";
import type { AccountStore } from "./account-store.ts";
import { deviceSummary, type DeviceSummary } from "./device-summary.ts";
import {
  begin,
  confirmed,
  end,
  endsAt,
  forgetAt,
  isActive,
  MAX_RECORDS,
  MAX_RECORDS_OF_ROOT,
  MAX_SCREENS_OF_ROOT,
  surplus,
  used,
  type ActiveLogin,
  type EndedBy,
  type LoginTerms,
} from "./login-record.ts";
import { rootOf } from "./probation.ts";
import { findFamily, refresh, type RefreshError, type RefreshUse } from "./refresh-family.ts";

/** A login that a screen has just got tokens for. */
export type NewLogin = Pick<ActiveLogin, "grant" | "expiresAt" | "refresh" | "probation">;

/** How long a client is tried to be told of a logout, in milliseconds: then no token of it is good any more. */
const LOGOUT_TTL = 3600 * 1000;

/** The screens that are logged in through one account, and those that were. */
export class Logins {
  readonly #store: AccountStore;
  readonly #logouts: Deliveries<Logout>;
  readonly #env: Env;
  /** No fewer than are active, counted in this memory: below the cap, none need be read for it. */
  #atMost = Infinity;

  constructor(store: AccountStore, logouts: Deliveries<Logout>, env: Env) {
    this.#store = store;
    this.#logouts = logouts;
    this.#env = env;
  }

  /**
   * Remembers that a screen was logged in. Refused where the login was ended already, by its code
   * coming a second time: then it must give nothing.
   */
  begin(
    login: NewLogin,
    terms: LoginTerms & Pick<Config, "maxDevices">,
    now: number,
  ): Result<null, "login_ended"> {
    const { sessionId } = login.grant;
    const begun = begin(this.#store.login(sessionId), login, terms, now);
    if (!begun.ok) return begun;
    this.#store.saveLogin(sessionId, begun.value);
    this.#atMost += 1;
    const root = rootOf(login, now);
    if (root !== undefined) {
      this.#makeRoom(root, { screens: MAX_SCREENS_OF_ROOT, records: MAX_RECORDS_OF_ROOT }, now);
    } else if (this.#atMost > terms.maxDevices) {
      this.#makeRoom(undefined, { screens: terms.maxDevices, records: MAX_RECORDS }, now);
    }
    return success(null);
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

  /** The screens that are logged in: the one that was used last comes first. */
  devices(now: number): DeviceSummary[] {
    return this.#store
      .logins()
      .flatMap(([, record]) => (isActive(record, now) ? deviceSummary(record, now) : []))
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  /** The login, if what it gave is still good; that it was used is noted now and then. */
  use(sessionId: string, now: number): ActiveLogin | undefined {
    const login = this.active(sessionId, now);
    const current = login && used(login, now);
    if (current && current !== login) this.#store.saveLogin(sessionId, current);
    return current;
  }

  confirm(sessionId: string, now: number): boolean {
    const login = this.active(sessionId, now);
    const current = login && confirmed(login, now);
    if (current && current !== login) this.#store.saveLogin(sessionId, current);
    return current !== undefined;
  }

  /** Uses up a refresh token. */
  refresh(sessionId: string, use: RefreshUse, now: number): Result<Grant, RefreshError> {
    const refreshed = refresh(this.#store.login(sessionId), use, now);
    if (!refreshed.ok) return refreshed;
    this.#store.saveLogin(sessionId, refreshed.value);
    return success(refreshed.value.grant);
  }

  /** What a refresh token is good for, without using it up. Whoever asks is about to serve its login. */
  whatRefreshes(
    sessionId: string,
    tokenHash: string,
    now: number,
  ): Result<Refreshable, RefreshError> {
    const found = findFamily(this.#store.login(sessionId), tokenHash, now);
    if (!found.ok) return found;
    const { login, family } = found.value;
    const { grant } = login;
    const expiresAt = Math.min(family.idleAt, endsAt(login));
    this.use(sessionId, now);
    return success({
      clientId: grant.clientId,
      scope: grant.scope,
      expiresAt,
      ...(family.jkt === undefined ? {} : { jkt: family.jkt }),
    });
  }

  /**
   * Ends a login: its tokens are void from now on. Its client is told, unless the client itself
   * asked for that: then it knows, and has ended its own session first. Gives when all of it is to be
   * forgotten.
   */
  end(sessionId: string, by: EndedBy | { client: string }, now: number): number {
    const record = this.#store.login(sessionId);
    const ended = end(record, typeof by === "object" ? "client" : by, now);
    this.#store.saveLogin(sessionId, ended);
    const logout = isActive(record, now) ? toLogout(record) : undefined;
    if (logout) {
      const why = typeof by === "object" ? "client" : by;
      report(this.#env, { type: "device_ended", client: logout.clientId, session: sessionId, why });
    }
    if (
      logout !== undefined &&
      !(typeof by === "object" && by.client === logout.clientId) &&
      hasReceiver(this.#env, logout.clientId, "backchannel_logout_uri")
    ) {
      this.#logouts.put(logout, now, now + LOGOUT_TTL);
    }
    return ended.forgetAt;
  }

  /** Forgets the logins that have nothing more to say. */
  forget(now: number): void {
    for (const [sessionId, record] of this.#store.logins()) {
      if (forgetAt(record) <= now) this.#store.deleteLogin(sessionId);
    }
  }

  /** When there is something to forget next: `Infinity` where nothing is. */
  nextForgetting(): number {
    return Math.min(...this.#store.logins().map(([, record]) => forgetAt(record)), Infinity);
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
    const surplusLogins = surplus(
      own.map(([, record]) => record),
      places.screens,
      now,
    );
    for (const { grant } of surplusLogins) this.end(grant.sessionId, "server", now);
    const over = own
      .filter(([, record]) => !isActive(record, now))
      .toSorted(([, a], [, b]) => forgetAt(a) - forgetAt(b));
    for (const [sessionId] of over.slice(0, Math.max(0, own.length - places.records))) {
      this.#store.deleteLogin(sessionId);
    }
    const active = all.filter(([, record]) => isActive(record, now));
    this.#atMost = active.length - surplusLogins.length;
  }
}

/** What a login's client is told of its end. */
function toLogout({ grant }: ActiveLogin): Logout {
  return { clientId: grant.clientId, sub: grant.account.sub, sid: grant.sessionId };
}
