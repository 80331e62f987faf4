import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { describe, expect, it } from "vitest";
import { decodeTrustedBase64url, encodeBase64url } from "../../src/lib/base64url.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { VERIFIER, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { approveLogin, CALLBACK, openLogin, SHOP } from "../support/authorization.ts";

/** The checks of a client for an ID token (OpenID Connect Core §2, §3.1.3). */

const shop = new RelyingParty(withClients(SHOP), "shop");

const ADA: AuthenticatedUser = { sub: "ada", authTime: Date.now() - 60_000, amr: ["hwk", "user"] };

interface Verified {
  claims: JWTPayload;
  header: object;
  tokens: TokenResponse;
  keys: JSONWebKeySet;
}

/** Runs a login and verifies its ID token by the discovery document. */
async function logIn(request: object = {}, account = ADA): Promise<Verified> {
  const { code } = await approveLogin(shop, await openLogin(shop, request), account);
  const answer = await shop.post("/token", {
    grant_type: "authorization_code",
    code: code ?? "",
    code_verifier: VERIFIER,
    redirect_uri: CALLBACK,
  });
  const tokens = await answer.json<TokenResponse>();
  const metadata = await (
    await shop.request("/.well-known/openid-configuration")
  ).json<{
    issuer: string;
    jwks_uri: string;
    id_token_signing_alg_values_supported: string[];
  }>();
  const keys = await (
    await shop.request(new URL(metadata.jwks_uri).pathname)
  ).json<JSONWebKeySet>();
  const { payload, protectedHeader } = await jwtVerify(
    tokens.id_token ?? "",
    createLocalJWKSet(keys),
    {
      issuer: metadata.issuer,
      audience: "shop",
      algorithms: metadata.id_token_signing_alg_values_supported,
      requiredClaims: ["sub", "exp", "iat"],
    },
  );
  return { claims: payload, header: protectedHeader, tokens, keys };
}

describe("an ID token", () => {
  it("issues an ID token for the client alone with issuer, subject and expiry [OIDC-CORE-2]", async () => {
    const { claims } = await logIn();
    expect(claims.aud).toBe("shop");
    expect(claims.sub).toMatch(/^[\x20-\x7e]{1,255}$/);
    const now = Date.now() / 1000;
    expect(claims.iat).toBeGreaterThan(now - 10);
    expect(claims.exp).toBeGreaterThan(now);
  });

  it("returns the request's nonce unchanged in the ID token [OIDC-CORE-2/3]", async () => {
    const nonce = "n-0S6_WzA2Mj \"'<&+%20ü";
    expect((await logIn({ nonce })).claims["nonce"]).toBe(nonce);
  });

  it("has auth_time in the ID token when the request has max_age [OIDC-CORE-2/2]", async () => {
    const { claims } = await logIn({ max_age: "3600" });
    expect(claims["auth_time"]).toBe(Math.floor((ADA.authTime ?? 0) / 1000));
  });

  it("has at_hash of the access token in the ID token [OIDC-CORE-2/4]", async () => {
    const { claims, tokens } = await logIn();
    const bytes = new TextEncoder().encode(tokens.access_token);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    expect(claims["at_hash"]).toBe(encodeBase64url(digest.slice(0, 16)));
  });

  it("names a published key with its algorithm in the ID token [OIDC-CORE-2/5]", async () => {
    const { header, keys } = await logIn();
    const { kid } = header as { kid: string };
    const key = keys.keys.find((key) => key.kid === kid);
    expect(key).toMatchObject({ kty: "RSA", use: "sig", alg: "RS256" });
    expect(decodeTrustedBase64url(key?.n ?? "")).toHaveLength(256);
  });

  it("has the same sub in the ID token and at /userinfo [OIDC-CORE-5.3.2]", async () => {
    const { claims, tokens } = await logIn();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    const told = await (await shop.request("/userinfo", { headers })).json<{ sub: string }>();
    expect(told.sub).toBe(claims.sub);
  });
});
