import { env } from "cloudflare:workers";
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type JWTPayload,
} from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeBase64url } from "../../../src/lib/base64url.ts";
import { err } from "../../../src/lib/result.ts";
import type { Grant } from "../../../src/login-session/domain/grant.ts";
import { readAccessToken } from "../../../src/oidc/token/access-token.ts";
import { createSigner } from "../../../src/oidc/keys/jwt.ts";
import { publishedKeys } from "../../../src/oidc/keys/signing-key-cache.ts";
import { createTokenSigners, type TokenSigners } from "../../../src/oidc/token/token-signers.ts";
import { mintTokens, type TokenResponse } from "../../../src/oidc/token/tokens.ts";
import {
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from "../../../src/lib/signature-algorithms.ts";
import { ISSUER, withClients } from "../../support/api.ts";
import { restoreClock, setClock } from "../../support/time.ts";

const NOW = Date.UTC(2027, 0, 1) + 250;
const IAT = Math.floor(NOW / 1000);
const TTL = 600_000;

const GRANT: Grant = {
  sessionId: "s".repeat(43),
  clientId: "shop",
  scope: "openid profile",
  nonce: "n-0S6_WzA2Mj",
  account: {
    sub: "ada",
    name: "Ada Lovelace",
    authTime: NOW - 100_000,
    amr: ["hwk", "user", "mfa"],
    acr: "urn:example:acr",
  },
  approvedAt: NOW - 1000,
  screen: {},
};

/** A grant whose user has no data but a subject. */
const BARE: Grant = { ...GRANT, scope: "openid", account: { sub: "ada" } };

const PERSON = {
  sub: "ada",
  name: "Ada Lovelace",
  auth_time: Math.floor((NOW - 100_000) / 1000),
  amr: ["hwk", "user", "mfa"],
  acr: "urn:example:acr",
  sid: "s".repeat(43),
};

beforeEach(() => setClock(NOW));
afterEach(restoreClock);

/** A Worker with a client for each algorithm. */
const worker = withClients(
  ...SIGNING_ALGORITHMS.map((algorithm) => ({
    client_id: algorithm,
    id_token_signed_response_alg: algorithm,
  })),
);

const signers = (
  idToken: SigningAlgorithm = "ES256",
  accessToken: SigningAlgorithm = "ES256",
): Promise<TokenSigners> =>
  createTokenSigners(worker, {
    id_token_signed_response_alg: idToken,
    access_token_signed_response_alg: accessToken,
  });

const mint = async (grant: Grant, ...algorithms: SigningAlgorithm[]): Promise<TokenResponse> =>
  mintTokens(await signers(...algorithms), grant, { ttlMs: TTL });

/** Verifies a token with the published keys only, as a relying party does. */
async function verified(
  token: string,
  typ: string,
  audience: string,
  algorithm: SigningAlgorithm = "ES256",
): Promise<JWTPayload> {
  const { jwks } = await publishedKeys(worker);
  const keys = createLocalJWKSet({ keys: jwks.map((jwk) => ({ ...jwk })) });
  const options = { algorithms: [algorithm], issuer: ISSUER, audience, typ };
  return (await jwtVerify(token, keys, options)).payload;
}

describe("the answer", () => {
  it("returns the lifetime and the granted scope [RFC6749-3.3/2]", async () => {
    expect(await mint(GRANT)).toMatchObject({
      token_type: "Bearer",
      expires_in: 600,
      scope: "openid profile",
    });
  });

  it("issues no ID token without the scope openid [OIDC-CORE-3.1.3.3/2]", async () => {
    expect(await mint({ ...GRANT, scope: "profile" })).not.toHaveProperty("id_token");
    expect(await mint({ ...GRANT, scope: "openid2 profile" })).not.toHaveProperty("id_token");
  });
});

describe("the access token (RFC 9068 §2.2)", () => {
  it("has the claims of RFC 9068 in an access token [RFC9068-2.2]", async () => {
    const { access_token } = await mint(GRANT);
    const claims = await verified(access_token, "at+jwt", ISSUER);
    expect(claims).toEqual({
      ...PERSON,
      iss: ISSUER,
      aud: ISSUER,
      client_id: "shop",
      scope: "openid profile",
      iat: IAT,
      exp: IAT + 600,
      jti: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it("leaves unknown claims out of the access token", async () => {
    const claims = decodeJwt((await mint(BARE)).access_token);
    expect(Object.keys(claims).sort()).toEqual(
      ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sid", "sub"].sort(),
    );
  });

  it("has the name only for the scope profile [OIDC-CORE-5.4]", async () => {
    const { access_token } = await mint({ ...GRANT, scope: "openid" });
    expect(decodeJwt(access_token)).not.toHaveProperty("name");
  });

  it.each<[string, object, object]>([
    ["openid profile", { emailVerified: true }, {}],
    ["openid email", { emailVerified: true }, { email: "ada@example.com", email_verified: true }],
    ["openid email", { emailVerified: false }, { email: "ada@example.com", email_verified: false }],
    ["openid email", {}, { email: "ada@example.com" }],
  ])(
    "has the e-mail address only for the scope email: %s, %j [OIDC-CORE-5.4/2]",
    async (scope, known, told) => {
      const account = { sub: "ada", email: "ada@example.com", ...known };
      const { access_token, id_token = "" } = await mint({ ...GRANT, scope, account });
      for (const token of [access_token, id_token]) {
        const { email, email_verified } = decodeJwt(token);
        expect({ email, email_verified }).toEqual({
          email: undefined,
          email_verified: undefined,
          ...told,
        });
      }
    },
  );

  it("has the key thumbprint in a bound access token (RFC 9449 §6.1) [RFC9449-6.1]", async () => {
    const {
      access_token,
      token_type,
      id_token = "",
    } = await mintTokens(await signers(), GRANT, { ttlMs: TTL, jkt: "thumbprint" });
    expect(token_type).toBe("DPoP");
    expect(decodeJwt(access_token)["cnf"]).toEqual({ jkt: "thumbprint" });
    expect(decodeJwt(id_token)).not.toHaveProperty("cnf");
  });

  it("has a jti of its own in each access token [RFC9068-2.2/2]", async () => {
    const [one, other] = await Promise.all([mint(GRANT), mint(GRANT)]);
    expect(decodeJwt(one.access_token).jti).not.toBe(decodeJwt(other.access_token).jti);
  });

  it("reads an access token and never an ID token in its place [RFC9068-5]", async () => {
    const { access_token, id_token = "" } = await mint(GRANT);
    expect(await readAccessToken(env, access_token)).toMatchObject({
      ok: true,
      value: {
        client_id: "shop",
        sub: "ada",
        name: "Ada Lovelace",
        scope: "openid profile",
        sid: GRANT.sessionId,
      },
    });
    expect(await readAccessToken(env, id_token)).toEqual(
      err("ERR_JWT_CLAIM_VALIDATION_FAILED typ"),
    );
  });

  it("rejects an access token without its required claims", async () => {
    const sign = await createSigner(env);
    const without = await sign("at+jwt", { sub: "ada", scope: "openid" }, TTL);
    expect(await readAccessToken(env, without)).toEqual(err("claims_malformed"));
  });
});

describe("the ID token (OpenID Connect Core §2)", () => {
  it("has the user and the authentication in the ID token", async () => {
    const { access_token, id_token = "" } = await mint(GRANT);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(access_token));
    const leftHalf = btoa(String.fromCharCode(...new Uint8Array(digest.slice(0, 16))));
    expect(await verified(id_token, "JWT", "shop")).toEqual({
      ...PERSON,
      iss: ISSUER,
      aud: "shop",
      nonce: "n-0S6_WzA2Mj",
      at_hash: leftHalf.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
      iat: IAT,
      exp: IAT + 600,
    });
  });

  it.each([
    ["RS256", "SHA-256", 16],
    ["ES256", "SHA-256", 16],
    ["EdDSA", "SHA-512", 32],
  ] as const)(
    "signs ID tokens with %s and hashes the access token with %s for at_hash [OIDC-CORE-15.1/2]",
    async (algorithm, hash, length) => {
      const { access_token, id_token = "" } = await mint(GRANT, algorithm);
      const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(access_token));
      const claims = await verified(id_token, "JWT", "shop", algorithm);
      expect(claims["at_hash"]).toBe(encodeBase64url(new Uint8Array(digest, 0, length)));
      // The access token has its own setting.
      expect(decodeProtectedHeader(access_token).alg).toBe("ES256");
    },
  );

  it.each(SIGNING_ALGORITHMS)(
    "signs and reads access tokens with %s [RFC9068-2.1/2]",
    async (each) => {
      const { access_token, id_token = "" } = await mint(GRANT, "ES256", each);
      await verified(access_token, "at+jwt", ISSUER, each);
      expect(await readAccessToken(worker, access_token)).toMatchObject({ ok: true });
      expect(decodeProtectedHeader(id_token).alg).toBe("ES256");
    },
  );

  it("has no nonce in the ID token if none was sent", async () => {
    const { nonce: _, ...grant } = GRANT;
    expect(decodeJwt((await mint(grant)).id_token ?? "")).not.toHaveProperty("nonce");
  });
});
