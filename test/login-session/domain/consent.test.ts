import { describe, expect, it } from "vitest";
import type { RequestedClaims } from "../../../src/login-session/domain/requested-claims.ts";
import { consentOf } from "../../../src/login-session/domain/consent.ts";

const ADA = { sub: "ada", name: "Ada Lovelace", email: "ada@example.com" };
const DAY = 24 * 3600 * 1000;
const login = { kind: "login", ttl: 600_000 } as const;

describe("consentOf", () => {
  it.each([
    ["openid", ["sub"]],
    ["openid profile", ["sub", "name"]],
    ["openid email", ["sub", "email"]],
    ["openid profile email", ["sub", "name", "email"]],
    ["profile", ["sub", "name"]],
  ])("lists the claims that the scope %s grants", (scope, claims) => {
    expect(consentOf({ scope, access: login }, ADA).claims).toEqual(claims);
  });

  it("lists no claim that the account has no value for", () => {
    const session = { scope: "openid profile email", access: login };
    expect(consentOf(session, { sub: "ada" }).claims).toEqual(["sub"]);
    expect(consentOf(session, { sub: "ada", name: "Ada" }).claims).toEqual(["sub", "name"]);
  });

  it("lists the claims that the claims parameter adds, wherever the client gets them", () => {
    const shown = (claims: RequestedClaims, account: object = ADA) =>
      consentOf({ scope: "openid", access: login, claims }, { sub: "ada", ...account }).claims;
    expect(shown({ id_token: ["name"] })).toEqual(["sub", "name"]);
    expect(shown({ userinfo: ["email", "acr"] })).toEqual(["sub", "email"]);
    expect(shown({ id_token: ["email"], userinfo: ["name"] })).toEqual(["sub", "name", "email"]);
    // The address is mentioned although the client learns only that it was verified.
    expect(shown({ userinfo: ["email_verified"] }, { ...ADA, emailVerified: true })).toEqual([
      "sub",
      "email",
    ]);
    expect(shown({ id_token: ["name", "email"] }, { name: undefined, email: undefined })).toEqual([
      "sub",
    ]);
  });

  it("states in seconds how long the access lasts", () => {
    expect(consentOf({ scope: "openid", access: login }, ADA)).toEqual({
      access: "login",
      claims: ["sub"],
      expires_in: 600,
    });
    const access = { kind: "offline_access", ttl: 90 * DAY } as const;
    expect(consentOf({ scope: "openid offline_access", access }, ADA)).toEqual({
      access: "offline_access",
      claims: ["sub"],
      expires_in: 7_776_000,
    });
  });

  it("states that another phone gets access to the account, without an end and without claims", () => {
    const session = { scope: "openid profile", access: { kind: "account" } } as const;
    expect(consentOf(session, ADA)).toEqual({ access: "account", claims: [] });
  });

  it("states that a client without tokens gets nothing", () => {
    const session = { scope: "openid profile", access: { kind: "none" } } as const;
    expect(consentOf(session, ADA)).toEqual({ access: "none", claims: [] });
  });

  it("states what the scope grants in a session that an earlier version created", () => {
    expect(consentOf({ scope: "openid" }, ADA)).toEqual({ access: "login", claims: ["sub"] });
    expect(consentOf({ scope: "openid offline_access" }, ADA)).toEqual({
      access: "offline_access",
      claims: ["sub"],
    });
  });
});
