import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { verifyDpopProof, type ProvenRequest } from "../../../src/oidc/dpop/dpop-proof.ts";
import { ISSUER, madeUp } from "../../support/api.ts";
import { DpopKey, type ProofChanges } from "../../support/dpop-key.ts";

const REQUEST: ProvenRequest = { method: "POST", uri: `${ISSUER}/token` };
const NOW = Date.now();
const IAT = Math.floor(NOW / 1000);

const NO_PROOF = "The DPoP proof is no dpop+jwt signed with the public key in its header.";
const OTHER_REQUEST = "The DPoP proof is for another method or address.";
const OTHER_TIME = "The DPoP proof is too old, or from the future.";
const OTHER_NONCE = "The nonce of the DPoP proof is not valid now.";
const OTHER_TOKEN = "The DPoP proof is not for this access token.";

/** The description of the error; undefined for a valid proof. */
async function refused(proof: string, request = REQUEST): Promise<string | undefined> {
  const verified = await verifyDpopProof(proof, request, NOW);
  return verified.ok ? undefined : verified.error.description;
}

const changed = async (changes: ProofChanges) =>
  (await DpopKey.make()).proof({ ...changes, claims: { iat: IAT, ...changes.claims } });

describe("a proof (RFC 9449 §4.3)", () => {
  it.each(["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "Ed25519"])(
    "returns the thumbprint of a %s key from its DPoP proof",
    async (alg) => {
      const key = await DpopKey.make(alg);
      const proof = await key.proof({ claims: { iat: IAT, jti: "once" } });
      expect(await verifyDpopProof(proof, REQUEST, NOW)).toEqual({
        ok: true,
        value: { jkt: key.jkt, jti: "once", until: (IAT + 60) * 1000 },
      });
    },
  );

  it.each<[string, ProofChanges]>([
    ["a query and a fragment [RFC9449-4.3/11]", { claims: { htu: `${ISSUER}/token?x=1#y` } }],
    ["another spelling of the address", { claims: { htu: "HTTP://LocalHost:8787/token" } }],
    ["a path that goes up again", { claims: { htu: `${ISSUER}/a/../token` } }],
    ["the whole name of its type", { header: { typ: "application/dpop+jwt" } }],
    ["an age of a minute", { claims: { iat: IAT - 59 } }],
    ["a clock that is ahead", { claims: { iat: IAT + 59 } }],
    ["an nbf and an exp by a clock that is ahead", { claims: { iat: IAT + 59, nbf: IAT + 59 } }],
    ["an exp by a clock that is behind", { claims: { iat: IAT - 59, exp: IAT - 49 } }],
    ["the longest id", { claims: { jti: "x".repeat(200) } }],
    ["a hash of a token that nobody asks for", { claims: { ath: "x" } }],
  ])("accepts a DPoP proof with %s", async (_, changes) => {
    expect(await refused(await changed(changes))).toBeUndefined();
  });

  it.each<[string, ProofChanges, string]>([
    ["of another type [RFC9449-4.3/5]", { header: { typ: "JWT" } }, NO_PROOF],
    ["of no type", { header: { typ: undefined } }, NO_PROOF],
    ["that is an access token by its type", { header: { typ: "at+jwt" } }, NO_PROOF],
    ["without a key", { header: { jwk: undefined } }, NO_PROOF],
    ["with a key that is a text", { header: { jwk: "key" } }, NO_PROOF],
    ["with a key that is none", { header: { jwk: { kty: "EC" } } }, NO_PROOF],
    [
      "with a key that is no point of its curve",
      {
        header: {
          jwk: { kty: "EC", crv: "P-256", x: base64url.encode(new Uint8Array(32)), y: madeUp() },
        },
      },
      NO_PROOF,
    ],
    ["without an id [RFC9449-4.3/3]", { claims: { jti: undefined } }, NO_PROOF],
    ["with an empty id", { claims: { jti: "" } }, NO_PROOF],
    ["with an id too long", { claims: { jti: "x".repeat(201) } }, NO_PROOF],
    ["with an id that is no text", { claims: { jti: 7 } }, NO_PROOF],
    ["without a method", { claims: { htm: undefined } }, NO_PROOF],
    ["for another method [RFC9449-4.3/9]", { claims: { htm: "GET" } }, OTHER_REQUEST],
    ["for a method in another case", { claims: { htm: "post" } }, OTHER_REQUEST],
    ["without an address", { claims: { htu: undefined } }, NO_PROOF],
    ["for another path [RFC9449-4.3/10]", { claims: { htu: `${ISSUER}/userinfo` } }, OTHER_REQUEST],
    ["for a path below", { claims: { htu: `${ISSUER}/token/` } }, OTHER_REQUEST],
    ["for a path in another case", { claims: { htu: `${ISSUER}/Token` } }, OTHER_REQUEST],
    ["for another server", { claims: { htu: "https://evil.example/token" } }, OTHER_REQUEST],
    ["for another port", { claims: { htu: "http://localhost:8788/token" } }, OTHER_REQUEST],
    ["for another scheme", { claims: { htu: "https://localhost:8787/token" } }, OTHER_REQUEST],
    ["for a person", { claims: { htu: "http://x@localhost:8787/token" } }, OTHER_REQUEST],
    ["for what is no address", { claims: { htu: "/token" } }, OTHER_REQUEST],
    [
      "with an address too long",
      { claims: { htu: `${ISSUER}/token?${"x".repeat(2000)}` } },
      NO_PROOF,
    ],
    ["without a time [RFC9449-4.3/4]", { claims: { iat: undefined } }, NO_PROOF],
    ["whose time is a text", { claims: { iat: "now" } }, NO_PROOF],
    ["that is too old [RFC9449-4.3/12]", { claims: { iat: IAT - 62 } }, OTHER_TIME],
    ["from the future [RFC9449-4.3/13]", { claims: { iat: IAT + 62 } }, OTHER_TIME],
    ["that has expired by its exp", { claims: { exp: IAT - 62 } }, OTHER_TIME],
    ["that is not valid yet by its nbf", { claims: { nbf: IAT + 62 } }, OTHER_TIME],
    ["whose exp is a text", { claims: { exp: "later" } }, NO_PROOF],
    ["with a nonce of nobody", { claims: { nonce: "x" } }, OTHER_NONCE],
    ["with a nonce that is no text", { claims: { nonce: 7 } }, NO_PROOF],
  ])("rejects a DPoP proof %s", async (_, changes, reason) => {
    expect(await refused(await changed(changes))).toBe(reason);
  });

  it("rejects a DPoP proof that contains a private key [RFC9449-4.3/8]", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = await exportJWK(privateKey);
    const proof = await new SignJWT({ jti: "x", htm: "POST", htu: REQUEST.uri, iat: IAT })
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk })
      .sign(privateKey);
    expect(await refused(proof)).toBe(NO_PROOF);
  });

  it("rejects a DPoP proof signed with another key than its own [RFC9449-4.3/7]", async () => {
    const other = await DpopKey.make();
    expect(await refused(await changed({ header: { jwk: other.jwk } }))).toBe(NO_PROOF);
  });

  it("rejects an unsigned DPoP proof (alg none) [RFC9449-11.6]", async () => {
    const claims = { jti: "x", htm: "POST", htu: REQUEST.uri, iat: IAT };
    const { jwk } = await DpopKey.make();
    const [, payload] = new UnsecuredJWT(claims).encode().split(".");
    const header = base64url.encode(JSON.stringify({ alg: "none", typ: "dpop+jwt", jwk }));
    expect(await refused(`${header}.${payload}.`)).toBe(NO_PROOF);
  });

  it("rejects a DPoP proof signed with a shared secret [RFC9449-4.3/6]", async () => {
    const { jwk } = await DpopKey.make();
    const secret = "k".repeat(32);
    const symmetric = { kty: "oct", k: base64url.encode(secret) };
    for (const [key, shown] of [
      [JSON.stringify(jwk), jwk],
      [secret, symmetric],
    ] as const) {
      const header: Record<string, unknown> = { typ: "dpop+jwt", jwk: shown };
      const proof = await new SignJWT({ jti: "x", htm: "POST", htu: REQUEST.uri, iat: IAT })
        .setProtectedHeader({ ...header, alg: "HS256" })
        .sign(new TextEncoder().encode(key));
      expect(await refused(proof)).toBe(NO_PROOF);
    }
  });

  it("rejects a DPoP proof with an unknown critical header", async () => {
    const key = await DpopKey.make();
    const [, claims, signature] = (await key.proof({ claims: { iat: IAT } })).split(".");
    const extended = { typ: "dpop+jwt", alg: "ES256", jwk: key.jwk, crit: ["x"], x: 1 };
    const header = base64url.encode(JSON.stringify(extended));
    expect(await refused(`${header}.${claims}.${signature}`)).toBe(NO_PROOF);
  });

  it.each(["", "x", "a.b.c", "x".repeat(5000)])(
    "rejects a malformed DPoP proof (%#) [RFC9449-4.3/2]",
    async (proof) => {
      expect(await refused(proof)).toBe(NO_PROOF);
    },
  );

  it("rejects two DPoP headers", async () => {
    const key = await DpopKey.make();
    expect(await refused(`${await key.proof()}, ${await key.proof()}`)).toBe(NO_PROOF);
  });
});

describe("a proof with a nonce (points 10 and 11)", () => {
  const verify = async (claims: Record<string, unknown>) =>
    await verifyDpopProof(await changed({ claims }), REQUEST, NOW, async (nonce) =>
      nonce === "fresh" ? NOW + 1000 : undefined,
    );

  it("accepts a DPoP proof with a valid nonce until the nonce expires, whatever its times", async () => {
    for (const iat of [IAT, 0, IAT - 180, IAT + 7200, IAT * 1000]) {
      const claims = { iat, nbf: iat, exp: iat + 60, nonce: "fresh" };
      const value = { nonce: "fresh", until: NOW + 1000 };
      expect(await verify(claims)).toMatchObject({ ok: true, value });
    }
  });

  it("asks for a nonce if the time or the nonce of a DPoP proof is all that is wrong [RFC9449-8/2]", async () => {
    for (const claims of [{ iat: IAT - 180 }, { iat: IAT, nonce: "old" }]) {
      const error = { code: "use_dpop_nonce" };
      expect(await verify(claims)).toMatchObject({ ok: false, error });
    }
    for (const wrong of [{ htm: "GET" }, { htu: `${ISSUER}/par` }, { jti: undefined }]) {
      const error = { code: "invalid_dpop_proof" };
      expect(await verify({ iat: 0, ...wrong })).toMatchObject({ ok: false, error });
    }
  });
});

describe("a proof at a resource (point 12)", () => {
  const request = { ...REQUEST, accessToken: "the token" };

  it("rejects a DPoP proof made for another access token", async () => {
    const key = await DpopKey.make();
    const claims = { iat: IAT };
    expect(await refused(await key.proof({ claims }, "the token"), request)).toBeUndefined();
    expect(await refused(await key.proof({ claims }, "another"), request)).toBe(OTHER_TOKEN);
    expect(await refused(await key.proof({ claims }), request)).toBe(OTHER_TOKEN);
  });
});
