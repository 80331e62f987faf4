import { describe, expect, it } from "vitest";
import type {
  ActiveLogin,
  LoginRecord,
  RefreshTokenFamily,
} from "../../../src/accounts/logins/login-record.ts";
import {
  beginFamily,
  findFamily,
  refresh,
  type RefreshUse,
} from "../../../src/accounts/logins/refresh-tokens.ts";

const NOW = 1_000_000;
const RETRY = 30_000;
const IDLE = 500_000;

const FIRST = { serial: 1, hash: "first" };
const SECOND = { serial: 2, hash: "second" };

const loginWith = (family: Partial<RefreshTokenFamily> = {}): ActiveLogin => ({
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
  expiresAt: NOW + 1_000_000,
  refresh: { ...beginFamily({ ...FIRST, reference: "reference" }, NOW + 1000), ...family },
});

/** A login whose first token was just replaced by the second one. */
const ROTATED = loginWith({
  current: SECOND,
  previous: { ...FIRST, rotatedAt: NOW },
  idleAt: NOW + IDLE,
});

const USE: RefreshUse = {
  token: FIRST,
  next: { hash: "second", reference: "reference" },
  clientId: "shop",
  idleTtl: IDLE,
  retryTtl: RETRY,
};

const use = (
  change: Partial<RefreshUse> = {},
  login: LoginRecord | undefined = loginWith(),
  now = NOW,
) => refresh(login, { ...USE, ...change }, now);

describe("the current token", () => {
  it("replaces the current refresh token by its successor", () => {
    const refreshed = use();
    const family = {
      reference: "reference",
      current: SECOND,
      previous: { ...FIRST, rotatedAt: NOW },
      idleAt: NOW + IDLE,
    };
    const login = { ...loginWith(), lastSeenAt: NOW, refresh: family };
    expect(refreshed).toEqual({ ok: true, value: { login, family } });
  });

  it("accepts a refresh for less scope than was granted", () => {
    expect(use({ scope: ["openid"] }).ok).toBe(true);
    expect(use({ scope: ["offline_access", "openid"] }).ok).toBe(true);
  });

  it("binds the successor to the DPoP key of the request", () => {
    const bound = use({ jkt: "key", next: { hash: "second", reference: "bound", jkt: "key" } });
    expect(bound).toMatchObject({ value: { family: { jkt: "key", reference: "bound" } } });
    expect(use({ jkt: "key" })).not.toHaveProperty("value.family.jkt");
  });
});

describe("the previous token", () => {
  it("returns the same successor for the previous token within the retry time, and writes nothing", () => {
    for (const now of [NOW, NOW + RETRY - 1]) {
      const repeated = use({}, ROTATED, now);
      expect(repeated).toMatchObject({ ok: true, value: { family: { current: SECOND } } });
      expect(repeated.ok && repeated.value.login).toBe(ROTATED);
    }
  });

  it("returns a new successor for the previous token after the retry time, and voids the unused one", () => {
    const later = use({}, ROTATED, NOW + RETRY);
    expect(later).toMatchObject({
      value: {
        family: {
          current: { serial: 3, hash: "second" },
          previous: { ...FIRST, rotatedAt: NOW + RETRY },
        },
      },
    });
    const login = later.ok ? later.value.login : undefined;
    expect(use({ token: SECOND }, login, NOW + RETRY)).toMatchObject({
      error: "refresh_token_used",
    });
  });

  it("returns a new successor for the previous token at once when the retry time is zero", () => {
    expect(use({ retryTtl: 0 }, ROTATED)).toMatchObject({
      value: { family: { current: { serial: 3 } } },
    });
  });

  it("treats the previous token as spent once its successor was used, also within the retry time", () => {
    const next = { hash: "third", reference: "reference" };
    const on = use({ token: SECOND, next }, ROTATED);
    expect(use({}, on.ok ? on.value.login : undefined)).toMatchObject({
      error: "refresh_token_used",
    });
  });

  it("rejects the previous token with another key than its successor has, until the retry time is over", () => {
    const bound = loginWith({
      current: SECOND,
      previous: { ...FIRST, rotatedAt: NOW },
      idleAt: NOW + IDLE,
      jkt: "thief",
    });
    expect(use({}, bound)).toEqual({ ok: false, error: "key_mismatch" });
    const later = use({}, bound, NOW + RETRY);
    expect(later).toMatchObject({ value: { family: { current: { serial: 3 } } } });
    expect(later).not.toHaveProperty("value.family.jkt");
  });

  it("expires the previous token together with its successor", () => {
    expect(use({}, ROTATED, NOW + IDLE)).toEqual({ ok: false, error: "refresh_token_expired" });
  });
});

describe("a refused refresh", () => {
  const bound = { ...FIRST, jkt: "ours" };
  it.each<[string, Partial<RefreshUse>, LoginRecord | undefined, number, string]>([
    [
      "a resource that was not granted",
      { resources: { names: ["https://a.example"], issuer: "https://us.example" } },
      loginWith(),
      NOW,
      "resource_not_granted",
    ],
    ["a scope that was not granted", { scope: ["email"] }, loginWith(), NOW, "scope_exceeded"],
    ["another client", { clientId: "other" }, loginWith(), NOW, "client_mismatch"],
    ["another key", { token: bound, jkt: "theirs" }, loginWith(), NOW, "key_mismatch"],
    ["no key", { token: bound }, loginWith(), NOW, "key_mismatch"],
    ["a token unused for too long", {}, loginWith(), NOW + 1000, "refresh_token_expired"],
    ["a login that is over", {}, loginWith(), NOW + 1_000_000, "login_ended"],
    ["no login", {}, undefined, NOW, "login_ended"],
    [
      "an ended login",
      {},
      { status: "ended", endedAt: 0, endedBy: "owner", forgetAt: NOW + 1 },
      NOW,
      "login_ended",
    ],
  ])("rejects a refresh with %s", (_, change, login, now, error) => {
    expect(refresh(login, { ...USE, ...change }, now)).toEqual({ ok: false, error });
  });

  it("does not reveal that a token is spent to another client, or without its key", () => {
    const spent = { serial: 7, hash: "spent" };
    expect(use({ token: spent })).toEqual({ ok: false, error: "refresh_token_used" });
    expect(use({ token: spent, clientId: "other" })).toEqual({
      ok: false,
      error: "client_mismatch",
    });
    expect(use({ token: { ...spent, jkt: "ours" } })).toEqual({ ok: false, error: "key_mismatch" });
    expect(use({ token: spent, scope: ["email"] })).toEqual({ ok: false, error: "scope_exceeded" });
  });

  it("rejects a refresh token for a login that has none", () => {
    const { refresh: _, ...without } = loginWith();
    expect(refresh(without, USE, NOW)).toEqual({ ok: false, error: "refresh_token_unknown" });
  });
});

it("distinguishes the current token from a void one with the same id by its serial number", () => {
  const login = loginWith({ current: { serial: 3, hash: "second" } });
  expect(findFamily(login, SECOND, NOW)).toMatchObject({ value: { state: "spent" } });
  expect(findFamily(login, { serial: 3, hash: "second" }, NOW)).toMatchObject({
    value: { state: "current" },
  });
});
