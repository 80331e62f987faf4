import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActiveLogin, LoginRecord } from "../../src/accounts/login-record.ts";
import {
  findFamily,
  MAX_USED,
  refresh,
  type RefreshUse,
} from "../../src/accounts/refresh-family.ts";

const NOW = 1_000_000;

const LOGIN: ActiveLogin = {
  status: "active",
  grant: {
    sessionId: "s",
    clientId: "shop",
    scope: "openid offline_access",
    account: { sub: "ada" },
    approvedAt: 0,
    screen: {},
  },
  lastSeenAt: 0,
  idleTtl: 10 * NOW,
  keptFor: 0,
  unconfirmedUntil: 0,
  expiresAt: NOW + 100_000,
  refresh: { tokenHash: "good", usedHashes: ["newer", "older"], idleAt: NOW + 1000 },
};
const USE: RefreshUse = { tokenHash: "good", nextHash: "next", clientId: "shop", idleTtl: 5000 };

const use = (change: Partial<RefreshUse> = {}, login: LoginRecord | undefined = LOGIN, now = NOW) =>
  refresh(login, { ...USE, ...change }, now);
const withKey = (jkt: string): ActiveLogin => ({
  ...LOGIN,
  refresh: { tokenHash: "good", usedHashes: [], idleAt: NOW + 1000, jkt },
});

describe("the good token", () => {
  it("is used up, and the next one is good", () => {
    expect(use()).toEqual({
      ok: true,
      value: {
        ...LOGIN,
        lastSeenAt: NOW,
        refresh: {
          tokenHash: "next",
          usedHashes: ["good", "newer", "older"],
          idleAt: NOW + 5000,
        },
      },
    });
  });

  it("may be asked for less than was granted", () => {
    expect(use({ scope: ["openid"] }).ok).toBe(true);
    expect(use({ scope: ["offline_access", "openid"] }).ok).toBe(true);
  });

  it.each<[string, Partial<RefreshUse>, ActiveLogin, number, string]>([
    ["a scope that wasn't granted", { scope: ["openid", "email"] }, LOGIN, NOW, "scope_exceeded"],
    ["another client", { clientId: "other" }, LOGIN, NOW, "client_mismatch"],
    ["another key", { jkt: "theirs" }, withKey("ours"), NOW, "key_mismatch"],
    ["no key", {}, withKey("ours"), NOW, "key_mismatch"],
    ["having lain too long", {}, LOGIN, NOW + 1000, "refresh_token_expired"],
    ["a login that is over", {}, LOGIN, NOW + 100_000, "login_ended"],
  ])("gives nothing with %s", (_, change, login, now, error) => {
    expect(use(change, login, now)).toEqual({ ok: false, error });
  });

  it("goes on with its key, and is bound to one where the client is to be", () => {
    expect(use({ jkt: "ours" }, withKey("ours"))).toMatchObject({
      value: { refresh: { jkt: "ours" } },
    });
    expect(use({ jkt: "new", bind: true })).toMatchObject({ value: { refresh: { jkt: "new" } } });
    const unbound = use({ jkt: "new", bind: false });
    expect(unbound.ok && unbound.value.refresh).not.toHaveProperty("jkt");
  });
});

describe("any other token", () => {
  it.each(["newer", "older"])("was used: %s", (tokenHash) => {
    expect(use({ tokenHash })).toEqual({ ok: false, error: "refresh_token_used" });
    // Whoever brings it: a thief has no reason to be the right client.
    expect(use({ tokenHash, clientId: "other" })).toMatchObject({ error: "refresh_token_used" });
  });

  it("isn't known", () => {
    expect(use({ tokenHash: "made up" })).toEqual({ ok: false, error: "refresh_token_unknown" });
    const { refresh: _, ...without } = LOGIN;
    expect(use({}, without)).toEqual({ ok: false, error: "refresh_token_unknown" });
  });

  it("is of a login that isn't", () => {
    const ended: LoginRecord = {
      status: "ended",
      endedAt: 0,
      endedBy: "owner",
      forgetAt: NOW + 1,
    };
    expect(use({}, ended)).toEqual({ ok: false, error: "login_ended" });
    expect(refresh(undefined, USE, NOW)).toEqual({ ok: false, error: "login_ended" });
  });
});

it("whatever is presented in whatever order, each token is used up at most once", () => {
  const names = Array.from({ length: 8 }, (_, i) => `token ${i}`);
  fc.assert(
    fc.property(fc.array(fc.constantFrom("good", ...names), { maxLength: 40 }), (presented) => {
      let login: ActiveLogin = LOGIN;
      const used: string[] = [];
      let next = 0;
      for (const tokenHash of presented) {
        const refreshed = refresh(login, { ...USE, tokenHash, nextHash: `token ${next}` }, NOW);
        if (!refreshed.ok) continue;
        used.push(tokenHash);
        login = refreshed.value;
        next += 1;
      }
      expect(new Set(used).size).toBe(used.length);
      for (const tokenHash of used) {
        expect(findFamily(login, tokenHash, NOW)).toMatchObject({ error: "refresh_token_used" });
      }
    }),
  );
});

it("remembers the newest of those that were used, and no more", () => {
  let login: ActiveLogin = LOGIN;
  for (let i = 0; i < MAX_USED + 10; i++) {
    const tokenHash = i === 0 ? "good" : `token ${i}`;
    const refreshed = refresh(login, { ...USE, tokenHash, nextHash: `token ${i + 1}` }, NOW);
    if (!refreshed.ok) throw new Error(refreshed.error);
    login = refreshed.value;
  }
  expect(login.refresh?.usedHashes).toHaveLength(MAX_USED);
  expect(login.refresh?.usedHashes[0]).toBe(`token ${MAX_USED + 9}`);
  expect(use({ tokenHash: "good" }, login)).toMatchObject({ error: "refresh_token_unknown" });
});
