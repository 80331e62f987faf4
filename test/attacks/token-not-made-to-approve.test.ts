import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import type { TrustedIssuer } from "../../src/config/index.ts";
import { ISSUER, problemOf } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { TestIssuer } from "../support/issuer.ts";

/**
 * An attacker holds a token that a trusted issuer signed for another purpose: an ID token, a
 * logout token, a token of another app.
 */

// Each refusal logs the violated rule.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => vi.clearAllMocks());

const AUDIENCE = "https://login.example.com";

/** The result of an approval with `token` for a login of this issuer's users. */
async function presented(issuer: TestIssuer, token: string) {
  const worker: Env = { ...env, ISSUERS: [issuer.trusted] };
  const login = await TestScreen.begin();
  const sends = async (step: string, body: object) =>
    await app.request(
      `${ISSUER}/sessions/${login.created.session_id}/${step}`,
      {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      },
      worker,
    );
  const scanToken = login.created.watch_token;
  const scanned = await sends("scan", { ...(await login.code()), new_scan_token: scanToken });
  const approved = await sends("approve", { scan_token: scanToken });
  const devices = await app.request(
    `${ISSUER}/account/devices`,
    { headers: { Authorization: `Bearer ${token}` } },
    worker,
  );
  return { scanned, approved, devices };
}

async function isRefused(issuer: TestIssuer, token: string): Promise<void> {
  const { scanned, approved, devices } = await presented(issuer, token);
  for (const answer of [scanned, approved, devices]) {
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  }
}

async function approves(issuer: TestIssuer, token: string): Promise<void> {
  const { approved } = await presented(issuer, token);
  expect([approved.status, await approved.json()]).toEqual([200, { status: "approved" }]);
}

describe("a token that is no access token", () => {
  /** Claims in addition to a minimal ID token (OpenID Connect Core §2). */
  it.each([
    ["with nothing but what each must have", {}],
    ["of another client, for several audiences", { aud: ["web-shop", AUDIENCE], azp: "web-shop" }],
    ["with a nonce", { nonce: "n" }],
    ["with an empty nonce", { nonce: "" }],
    ["with a nonce that is null", { nonce: null }],
    ["with the hash of an access token", { at_hash: "h" }],
    ["with the hash of a code", { c_hash: "h" }],
    ["with the hash of a state", { s_hash: "h" }],
    ["with a name and an address", { name: "Ada", email: "ada@example.com", azp: "web-shop" }],
  ])(
    "refuses an ID token as an access token: %s [ATTACK-token-not-made-to-approve]",
    async (_, claims) => {
      for (const token_type of ["at+jwt", "JWT", "any"] as const) {
        const issuer = await TestIssuer.start("ES256", { token_type });
        for (const typ of ["JWT", undefined]) {
          await isRefused(issuer, await issuer.token(claims, { typ }));
        }
      }
    },
  );

  it.each([{ nonce: "n" }, { at_hash: "h" }, { c_hash: "h" }, { token_use: "id" }, { typ: "ID" }])(
    "refuses an ID token with %j whatever its other claims",
    async (claims) => {
      const accessToken = { scope: "openid login", client_id: "app", ...claims };
      for (const token_type of ["at+jwt", "JWT", "any"] as const) {
        const issuer = await TestIssuer.start("ES256", { token_type });
        for (const typ of ["at+jwt", "JWT", undefined]) {
          await isRefused(issuer, await issuer.token(accessToken, { typ }));
        }
      }
    },
  );

  it.each(["logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt", "", 7, null])(
    "refuses a token of type %j as an access token [ATTACK-token-not-made-to-approve/2]",
    async (typ) => {
      const issuer = await TestIssuer.start("ES256", { token_type: "any" });
      await isRefused(issuer, await issuer.token({ scope: "login" }, { typ }));
    },
  );

  it("refuses a logout token without its own type", async () => {
    const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
    const issuer = await TestIssuer.start("ES256", { token_type: "any" });
    await isRefused(issuer, await issuer.token({ events, sid: "1" }, { typ: "JWT" }));
  });

  it.each([{ typ: "Refresh" }, { typ: "Offline" }, { token_use: "refresh" }])(
    "refuses a refresh token with %j",
    async (claims) => {
      const issuer = await TestIssuer.start("ES256", { token_type: "any" });
      await isRefused(issuer, await issuer.token({ scope: "login", ...claims }, { typ: "JWT" }));
    },
  );
});

describe("an access token for another purpose", () => {
  const strict: Partial<TrustedIssuer> = {
    required_scope: "login:approve",
    allowed_clients: ["ios-app", "android-app"],
  };
  const good = { scope: "openid login:approve", client_id: "ios-app" };

  it("refuses an access token without the scope or client that the issuer's settings require [ATTACK-token-not-made-to-approve/3]", async () => {
    const issuer = await TestIssuer.start("ES256", strict);
    await approves(issuer, await issuer.token(good));
    for (const change of [
      { scope: "openid" },
      { scope: "login:approved" },
      { scope: "LOGIN:APPROVE" },
      { scope: undefined },
      { scope: 7 },
      { scope: [["login:approve"]] },
      { client_id: "web-shop" },
      { client_id: undefined },
      { client_id: ["ios-app"] },
      { client_id: "" },
      { azp: "web-shop" },
      { client_id: undefined, azp: "web-shop" },
    ]) {
      await isRefused(issuer, await issuer.token({ ...good, ...change }));
    }
  });

  it("refuses an access token with several audiences unless its client is allowed [ATTACK-token-not-made-to-approve/4]", async () => {
    const aud = ["https://api.example", AUDIENCE];
    const open = await TestIssuer.start();
    await isRefused(open, await open.token({ ...good, aud }));
    await approves(open, await open.token({ ...good, aud: [AUDIENCE] }));
    const closed = await TestIssuer.start("ES256", strict);
    await approves(closed, await closed.token({ ...good, aud }));
    await isRefused(closed, await closed.token({ ...good, aud, client_id: "web-shop" }));
  });

  it("refuses an access token that was issued in the future or lives too long", async () => {
    const issuer = await TestIssuer.start("ES256", { max_lifetime: 3600 });
    const now = Math.floor(Date.now() / 1000);
    await approves(issuer, await issuer.token({ iat: now, exp: now + 3600 }));
    await approves(issuer, await issuer.token({ iat: undefined, exp: now + 3600 }));
    for (const change of [
      { iat: now + 60 },
      { iat: now, exp: now + 3700 },
      { iat: now - 3000, exp: now + 900 },
      { iat: undefined, exp: now + 3700 },
      { iat: undefined, exp: 1e308 },
    ]) {
      await isRefused(issuer, await issuer.token(change));
    }
  });
});
