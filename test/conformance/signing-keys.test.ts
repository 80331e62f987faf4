import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
} from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { SIGNING_ALGORITHMS } from "../../src/lib/signature-algorithms.ts";
import { OVERLAP, RETENTION, SIGNING_PERIOD } from "../../src/oidc/keys/key-rotation.ts";
import { signingKeysOf } from "../../src/oidc/keys/signing-keys.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { ISSUER, VERIFIER, withClients } from "../support/api.ts";
import { approveLogin, CALLBACK, openLogin, SHOP } from "../support/authorization.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * The modules of the OpenID Foundation's basic test plan that concern the signatures of tokens and
 * the published keys, over HTTP.
 */

const DAY = 86_400_000;
const T0 = Date.UTC(2027, 0, 1);

// Each test begins without signing keys.
beforeEach(async () => {
  setClock(T0);
  await runInDurableObject(signingKeysOf(env), (_, { storage }) => {
    for (const [name] of storage.kv.list()) {
      if (!name.startsWith("sealing-key")) storage.kv.delete(name);
    }
  });
});

afterEach(restoreClock);

/** A client with these settings, on a Worker whose isolate has just started. */
const clientWith = (settings: object = {}): RelyingParty =>
  new RelyingParty(withClients({ ...SHOP, ...settings }), "shop");

async function tokensOf(client: RelyingParty, request: object = {}): Promise<TokenResponse> {
  const { code = "" } = await approveLogin(client, await openLogin(client, request));
  const form = { code_verifier: VERIFIER, redirect_uri: CALLBACK };
  const grant = { grant_type: "authorization_code", code, ...form };
  return await (await client.post("/token", grant)).json<TokenResponse>();
}

const keysOf = async (client: RelyingParty): Promise<JSONWebKeySet> =>
  await (await client.request("/.well-known/jwks.json")).json<JSONWebKeySet>();

/** Verifies an ID token as a client does that expects this algorithm. */
async function verified(
  client: RelyingParty,
  idToken: string,
  algorithm: string,
): Promise<JWTPayload> {
  const keys = createLocalJWKSet(await keysOf(client));
  const { payload } = await jwtVerify(idToken, keys, {
    issuer: ISSUER,
    audience: "shop",
    algorithms: [algorithm],
    currentDate: new Date(),
  });
  return payload;
}

it("oidcc-server: logs in a client without settings, whose ID token is signed with RS256 [OIDC-CORE-15.1]", async () => {
  const client = clientWith();
  const { id_token = "", access_token } = await tokensOf(client, { nonce: "n-0S6" });
  const claims = await verified(client, id_token, "RS256");
  expect(claims).toMatchObject({ iss: ISSUER, aud: "shop", nonce: "n-0S6" });
  const bytes = new TextEncoder().encode(access_token);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  expect(claims["at_hash"]).toBe(encodeBase64url(new Uint8Array(digest, 0, 16)));
  const headers = { Authorization: `Bearer ${access_token}` };
  const told = await (await client.request("/userinfo", { headers })).json<{ sub: string }>();
  expect(told.sub).toBe(claims.sub);
});

describe.each(SIGNING_ALGORITHMS)("a client with id_token_signed_response_alg %s", (algorithm) => {
  const client = () => clientWith({ id_token_signed_response_alg: algorithm });

  it("oidcc-idtoken-signature: signs the ID token with a published key that its kid names", async () => {
    const shop = client();
    // The key is published before the first token.
    const before = await keysOf(shop);
    const { id_token = "" } = await tokensOf(shop);
    await verified(shop, id_token, algorithm);
    const { alg, kid } = decodeProtectedHeader(id_token);
    expect(alg).toBe(algorithm);
    const key = before.keys.find((each) => each.kid === kid);
    expect(key).toMatchObject({ alg: algorithm, use: "sig" });
  });

  it("oidcc-idtoken-unsigned: never signs an ID token with none", async () => {
    const { id_token = "" } = await tokensOf(client());
    expect(decodeProtectedHeader(id_token).alg).toBe(algorithm);
  });

  it("oidcc-server-rotate-keys: publishes a new key before it signs, and the old one while its tokens live", async () => {
    const shop = client();
    const kidsOf = async () => {
      const { keys } = await keysOf(shop);
      return keys.filter(({ alg }) => alg === algorithm).map(({ kid }) => kid);
    };
    const [first] = await kidsOf();
    setClock(T0 + SIGNING_PERIOD - OVERLAP);
    const [, second] = await kidsOf();
    expect(await kidsOf()).toEqual([first, second]);
    const old = (await tokensOf(shop)).id_token ?? "";
    expect(decodeProtectedHeader(old).kid).toBe(first);
    setClock(T0 + SIGNING_PERIOD);
    expect(await kidsOf()).toEqual([first, second]);
    expect(decodeProtectedHeader((await tokensOf(shop)).id_token ?? "").kid).toBe(second);
    setClock(T0 + SIGNING_PERIOD + RETENTION);
    expect(await kidsOf()).toEqual([second]);
  });

  it("accepts an ID token as a hint as long as its login lives, whatever keys rotated since [RP-LOGOUT-2/8]", async () => {
    const shop = client();
    const login = await tokensOf(shop, { scope: "openid offline_access" });
    const { id_token: hint = "" } = login;
    let { refresh_token = "" } = login;
    // Used every ten days until the login is almost as old as it may be.
    for (let day = 10; day < 90; day += 10) {
      setClock(T0 + day * DAY);
      const refreshed = await shop.refresh(refresh_token);
      refresh_token = (await refreshed.json<TokenResponse>()).refresh_token ?? "";
    }
    setClock(T0 + 89 * DAY);
    const { kid } = decodeProtectedHeader(hint);
    expect((await keysOf(shop)).keys.map((key) => key.kid)).not.toContain(kid);

    const again = await openLogin(shop, { id_token_hint: hint });
    expect(again.session.session_id).toBeDefined();
    const [out = ""] = SHOP.post_logout_redirect_uris;
    const parameters = { id_token_hint: hint, post_logout_redirect_uri: out };
    const answer = await shop.request(`/end_session?${new URLSearchParams(parameters).toString()}`);
    expect(answer.headers.get("Location")).toBe(out);
    expect((await shop.refresh(refresh_token)).status).toBe(400);
  });
});
