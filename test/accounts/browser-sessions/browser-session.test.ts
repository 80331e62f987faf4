import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import {
  endsAt,
  excessBrowserSessions,
  openBrowserSession,
  useBrowserSession,
  type BrowserSession,
} from "../../../src/accounts/browser-sessions/browser-session.ts";

const NOW = 1_800_000_000_000;
const LIMITS = { ssoTtl: 43_200_000, ssoIdleTtl: 3_600_000 };
const LOGIN = {
  sessionId: "first login",
  clientId: "shop",
  scope: "openid",
  account: { sub: "ada" },
  screen: { browser: "Firefox 140" },
  reasons: [{ code: "same_city" as const }],
  mayStay: true,
};
const open = (previous?: BrowserSession, now = NOW, change: object = {}) =>
  openBrowserSession(
    { id: "new id", secretHash: "new hash" },
    { ...LOGIN, ...change },
    previous,
    LIMITS,
    now,
  );

describe("a browser session", () => {
  it("begins with the login that the phone approved", () => {
    expect(open()).toEqual({
      id: "new id",
      secretHash: "new hash",
      account: { sub: "ada" },
      screen: { browser: "Firefox 140" },
      reasons: [{ code: "same_city" }],
      openedAt: NOW,
      lastUsedAt: NOW,
      expiresAt: NOW + LIMITS.ssoTtl,
      idleTtl: LIMITS.ssoIdleTtl,
      approved: ["first login"],
      clients: [{ clientId: "shop", scope: "openid" }],
    });
  });

  it("keeps its id, its logins and its clients when the phone approves again, and gets a new secret and lifetime", () => {
    const before = { ...open(), id: "old id", secretHash: "old hash" };
    const login = {
      sessionId: "second login",
      clientId: "bank",
      account: { sub: "ada", acr: "x" },
    };
    expect(open(before, NOW + 1000, login)).toMatchObject({
      id: "old id",
      secretHash: "new hash",
      account: { acr: "x" },
      expiresAt: NOW + 1000 + LIMITS.ssoTtl,
      approved: ["first login", "second login"],
      clients: [{ clientId: "shop" }, { clientId: "bank" }],
    });
  });

  it("does not go on after an approval by a phone with another trust delay", () => {
    const root = { root: "attacker", by: "another_phone", until: NOW + 1 } as const;
    const before = { ...open(), id: "old id" };
    const unconfirmed = openBrowserSession(
      { id: "new id", secretHash: "new hash", probation: root },
      { ...LOGIN, sessionId: "second login" },
      before,
      LIMITS,
      NOW,
    );
    expect(unconfirmed).toMatchObject({ id: "new id", approved: ["second login"] });
    expect(open({ ...unconfirmed, id: "old id" })).toMatchObject({ id: "new id" });
  });

  it("shows every client again once the person has other data", () => {
    const before = openBrowserSession(
      { id: "old id", secretHash: "old hash" },
      { ...LOGIN, clientId: "bank", scope: "openid email" },
      undefined,
      LIMITS,
      NOW,
    );
    const account = { sub: "ada", email: "ada@example.com" };
    expect(open(before, NOW, { account })).toMatchObject({
      id: "old id",
      clients: [{ clientId: "shop", scope: "openid" }],
    });
  });

  it("names a login once, however often it is opened with it", () => {
    expect(open(open()).approved).toEqual(["first login"]);
  });

  it("stores a use at most once a minute, but each new client and scope at once", () => {
    const session = open();
    const shop = { clientId: "shop", scope: "openid" };
    expect(useBrowserSession(session, shop, NOW + 59_999)).toBe(session);
    expect(useBrowserSession(session, shop, NOW + 60_000).lastUsedAt).toBe(NOW + 60_000);
    const more = useBrowserSession(session, { ...shop, scope: "openid email" }, NOW + 1);
    expect(more).toMatchObject({ lastUsedAt: NOW + 1, clients: [{ scope: "openid email" }] });
  });

  it("ends by time at the latest, and never after its absolute lifetime, however it is used", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000_000 })), (pauses) => {
        let session = open();
        let now = NOW;
        for (const pause of pauses) {
          now += pause;
          if (now >= endsAt(session)) break;
          session = useBrowserSession(session, { clientId: "shop", scope: "openid" }, now);
          expect(endsAt(session)).toBeGreaterThan(now);
          expect(endsAt(session)).toBeLessThanOrEqual(NOW + LIMITS.ssoTtl);
          expect(endsAt(session)).toBeLessThanOrEqual(now + LIMITS.ssoIdleTtl);
        }
      }),
      { numRuns: inject("propertyRuns") },
    );
  });

  it("is among the excess ones if others were used later", () => {
    const sessions = [3, 1, 2].map((lastUsedAt) => ({ ...open(), lastUsedAt }));
    expect(excessBrowserSessions(sessions, 2).map(({ lastUsedAt }) => lastUsedAt)).toEqual([1]);
    expect(excessBrowserSessions(sessions, 3)).toEqual([]);
  });
});
