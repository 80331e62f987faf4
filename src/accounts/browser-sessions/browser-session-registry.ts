import type { AccountStore } from "../account-store.ts";
import type { EndedBy } from "../logins/login-record.ts";
import type { LoginRegistry } from "../logins/login-registry.ts";
import type { PhoneSessions } from "../phone-sessions/phone-sessions.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";
import {
  endsAt,
  excessBrowserSessions,
  MAX_BROWSER_SESSIONS,
  MAX_BROWSER_SESSIONS_OF_ROOT,
  type BrowserSession,
} from "./browser-session.ts";

/** The browser sessions of one account: its rows, changed as browser-session.ts decides. */
export class BrowserSessionRegistry {
  readonly #store: AccountStore;
  readonly #phones: PhoneSessions;
  readonly #logins: LoginRegistry;

  constructor(store: AccountStore, phones: PhoneSessions, logins: LoginRegistry) {
    this.#store = store;
    this.#phones = phones;
    this.#logins = logins;
  }

  /** By the hash of the secret in its cookie. */
  find(secretHash: string, now: number): BrowserSession | undefined {
    const session = this.#store.browserSession(secretHash);
    return session && this.#isLive(session, now) ? session : undefined;
  }

  byId(id: string, now: number): BrowserSession | undefined {
    return this.list(now).find((session) => session.id === id);
  }

  /** The one to which a login belongs. */
  ofLogin(sid: string, now: number): BrowserSession | undefined {
    return this.list(now).find((session) => this.#hasLogin(session, sid));
  }

  list(now: number): BrowserSession[] {
    return this.#store.browserSessions().filter((session) => this.#isLive(session, now));
  }

  /** The logins of a browser session that are active, or about which the owner is still asked. */
  loginsOf(session: BrowserSession, now: number): { sid: string; clientId: string }[] {
    return this.#logins.devices(now).filter(({ sid }) => this.#hasLogin(session, sid));
  }

  /** Stores a new one, and ends others if there are too many: of the same root only, or of those that have none. */
  open(session: BrowserSession, replaced: BrowserSession | undefined, now: number): void {
    if (replaced) this.delete(replaced);
    this.#store.saveBrowserSession(session);
    const root = rootOf(session, now);
    const own = this.#store.browserSessions().filter((other) => rootOf(other, now) === root);
    const max = root === undefined ? MAX_BROWSER_SESSIONS : MAX_BROWSER_SESSIONS_OF_ROOT;
    for (const excess of excessBrowserSessions(own, max)) this.delete(excess);
  }

  save(session: BrowserSession): void {
    this.#store.saveBrowserSession(session);
  }

  /** Its cookie is void from now on. Its logins stay. */
  delete({ secretHash }: BrowserSession): void {
    this.#store.deleteBrowserSession(secretHash);
  }

  /** Ends browser sessions with all their logins. Their clients are sent logout tokens. */
  async endWithLogins(
    sessions: readonly BrowserSession[],
    by: EndedBy,
    others: readonly string[],
    now: number,
  ): Promise<void> {
    const sids = sessions.flatMap((session) => this.loginsOf(session, now).map(({ sid }) => sid));
    for (const session of sessions) this.delete(session);
    await this.#logins.endAndNotify([...new Set([...others, ...sids])], by);
  }

  /** Deletes those that have ended. */
  purge(now: number): void {
    for (const session of this.#store.browserSessions()) {
      if (endsAt(session) <= now) this.delete(session);
    }
  }

  /** When `purge` has something to delete next; `Infinity` if there is nothing. */
  nextPurge(): number {
    return Math.min(...this.#store.browserSessions().map(endsAt), Infinity);
  }

  /** It ends by time, and when the phone that approved it is signed out. An app of another issuer has no phone here. */
  #isLive(session: BrowserSession, now: number): boolean {
    const { phone } = session.account;
    if (this.#store.isDeleted || now >= endsAt(session)) return false;
    return phone === undefined || this.#phones.approver(phone, now) !== undefined;
  }

  #hasLogin({ id, approved }: BrowserSession, sid: string): boolean {
    return approved.includes(sid) || this.#store.login(sid)?.grant?.browserSession === id;
  }
}
