import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEVICE_CODE_GRANT } from "../../src/oidc/token/device-code-request.ts";
import { signOwnJwt } from "../../src/oidc/keys/jwt.ts";
import { CHALLENGE, ISSUER, madeUp, problemOf, VERIFIER, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { DpopKey } from "../support/dpop-key.ts";

/**
 * Anyone can make a key and DPoP proofs. Storing the proof of each invalid request would fill
 * objects that all logins need (RFC 9449 §11.1).
 */

// Rejected codes are logged.
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

const REDIRECT = "https://shop.example/back";
const { privateKey, publicKey } = await generateKeyPair("ES256");
const worker = withClients(
  { client_id: "shop", redirect_uris: [REDIRECT] },
  { client_id: "signer", jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] } },
);
const shop = new RelyingParty(worker, "shop");

/** The number of stored proofs and assertions in all objects. */
async function remembered(): Promise<number> {
  const ids = await listDurableObjectIds(env.REPLAYS);
  const counts = await Promise.all(
    ids.map((id) =>
      runInDurableObject(env.REPLAYS.get(id), (_, { storage }) => [...storage.kv.list()].length),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

const proofFor = async (path: string) => ({
  DPoP: await (await DpopKey.make()).proof({ claims: { htu: `${ISSUER}${path}` } }),
});

const aSession = () => {
  const id = env.LOGIN_SESSIONS.newUniqueId().toString();
  return Uint8Array.fromHex(id).toBase64({ alphabet: "base64url", omitPadding: true });
};

describe("a DPoP proof of an unauthenticated sender", () => {
  it.each([
    ["a code that is none", () => ({ grant_type: "authorization_code", code: "nonsense" })],
    [
      "a code of the right form",
      () => ({ grant_type: "authorization_code", code: `${madeUp()}.${madeUp()}` }),
    ],
    [
      "a code that names a session",
      () => ({ grant_type: "authorization_code", code: `${aSession()}.${madeUp()}` }),
    ],
    [
      "a refresh token of the right form",
      () => ({
        grant_type: "refresh_token",
        refresh_token: `${btoa("ada").replaceAll("=", "")}.${madeUp()}.${madeUp()}`,
      }),
    ],
    [
      "a device code of the right form",
      () => ({ grant_type: DEVICE_CODE_GRANT, device_code: `${aSession()}.${madeUp()}` }),
    ],
    ["no grant", () => ({ grant_type: "password" })],
  ])("stores no DPoP proof with %s", async (_, form) => {
    const before = await remembered();
    for (let i = 0; i < 3; i++) {
      const answer = await shop.post(
        "/token",
        { code_verifier: VERIFIER, ...form() },
        await proofFor("/token"),
      );
      expect(answer.status).toBe(400);
    }
    expect(await remembered()).toBe(before);
  });

  it("stores a DPoP proof only for a pushed request that is accepted [ATTACK-self-made-proof]", async () => {
    const good = {
      response_type: "code",
      redirect_uri: REDIRECT,
      scope: "openid",
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
    };
    const before = await remembered();
    for (const change of [
      { redirect_uri: "https://evil.example/" },
      { response_type: "token" },
      { code_challenge_method: "plain" },
      { id_token_hint: "nonsense" },
      { dpop_jkt: madeUp() },
    ]) {
      const answer = await shop.post("/par", { ...good, ...change }, await proofFor("/par"));
      expect(answer.status).toBe(400);
    }
    expect(await remembered()).toBe(before);
    expect((await shop.post("/par", good, await proofFor("/par"))).status).toBe(201);
    expect(await remembered()).toBe(before + 1);
  });

  it("stores no DPoP proof with an invalid access token", async () => {
    const before = await remembered();
    const key = await DpopKey.make();
    const ended = { sub: "ada", client_id: "shop", sid: aSession(), jti: madeUp() };
    const token = await signOwnJwt(
      worker,
      "at+jwt",
      { ...ended, scope: "openid", cnf: { jkt: key.jkt } },
      60_000,
    );
    const headers = await key.headers("GET", "/userinfo", token);
    const answer = await shop.request("/userinfo", { headers });
    expect(await problemOf(answer)).toEqual([401, "invalid_token"]);
    const forged = await key.headers("GET", "/userinfo", `${token}x`);
    expect((await shop.request("/userinfo", { headers: forged })).status).toBe(401);
    expect(await remembered()).toBe(before);
  });
});

describe("a client assertion", () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ["of a foreign key", {}, true],
    ["for somebody else", { aud: "https://elsewhere.example" }, false],
    ["that lives too long", { exp: Math.floor(Date.now() / 1000) + 86_400 }, false],
    ["of another client", { iss: "shop" }, false],
  ])("stores no client assertion %s", async (_, change, foreign) => {
    const before = await remembered();
    const key = foreign ? (await generateKeyPair("ES256")).privateKey : privateKey;
    const exp = Math.floor(Date.now() / 1000) + 60;
    const claims = { iss: "signer", sub: "signer", aud: ISSUER, jti: madeUp(), exp, ...change };
    const client_assertion = await new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256" })
      .sign(key);
    const answer = await shop.request("/token", {
      method: "POST",
      body: new URLSearchParams({
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion,
        grant_type: "authorization_code",
      }),
    });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
    expect(await remembered()).toBe(before);
  });
});
