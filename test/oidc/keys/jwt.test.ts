import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  base64url,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import {
  MAX_TOKEN_TTL,
  OVERLAP,
  RETENTION,
  SIGNING_PERIOD,
} from "../../../src/oidc/keys/key-rotation.ts";
import * as ownJwt from "../../../src/oidc/keys/jwt.ts";
import {
  publishedKeys,
  signingKey,
  unpublishedKeys,
} from "../../../src/oidc/keys/signing-key-cache.ts";
import { SIGNING_ALGORITHMS } from "../../../src/lib/signature-algorithms.ts";
import { ISSUER, withClients } from "../../support/api.ts";
import { restoreClock, setClock } from "../../support/time.ts";

const CLAIMS = { sub: "ada" };

/** A Worker with a client for each algorithm. */
const worker = withClients(
  ...SIGNING_ALGORITHMS.map((algorithm) => ({
    client_id: algorithm,
    id_token_signed_response_alg: algorithm,
  })),
);

afterEach(restoreClock);

/** A valid token with changes. */
async function forge({
  alg = "ES256",
  typ = "test+jwt",
  kid,
  key,
  claims = {},
}: {
  alg?: string;
  typ?: string;
  kid?: string;
  key?: CryptoKey | Uint8Array;
  claims?: Record<string, unknown>;
}): Promise<string> {
  const ours = await signingKey(env);
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    iss: ISSUER,
    aud: ISSUER,
    iat: now,
    exp: now + 60,
    ...CLAIMS,
    ...claims,
  })
    .setProtectedHeader({ alg, typ, kid: kid ?? ours.kid })
    .sign(key ?? ours.key);
}

/** The claims of a valid token, or undefined. */
async function claimsOf(isolate: Env, typ: string, token: string) {
  const verified = await ownJwt.verifyOwnJwt(isolate, typ, token);
  return verified.ok ? verified.value : undefined;
}

describe("signOwnJwt", () => {
  it("names type, key and algorithm in the JWT header [RFC9068-2.1]", async () => {
    const token = await ownJwt.signOwnJwt(env, "test+jwt", CLAIMS, 60_000);
    const { kid } = await signingKey(env);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", typ: "test+jwt", kid });
  });

  it("signs a JWT with our issuer, audience and the requested lifetime", async () => {
    setClock(Date.UTC(2027, 0, 1) + 999);
    const iat = Date.UTC(2027, 0, 1) / 1000;
    const token = await ownJwt.signOwnJwt(env, "test+jwt", CLAIMS, 60_000);
    expect(decodeJwt(token)).toEqual({ iss: ISSUER, aud: ISSUER, sub: "ada", iat, exp: iat + 60 });
  });

  it("signs a JWT for another audience, but never with another issuer", async () => {
    const token = await ownJwt.signOwnJwt(
      env,
      "test+jwt",
      { aud: "shop", iss: "https://evil.example" },
      60_000,
    );
    expect(decodeJwt(token)).toMatchObject({ iss: ISSUER, aud: "shop" });
  });

  it("does not sign a JWT that outlives its key", async () => {
    const token = ownJwt.signOwnJwt(env, "test+jwt", CLAIMS, MAX_TOKEN_TTL + 1000);
    await expect(token).rejects.toThrow(RangeError);
  });
});

describe("verifyOwnJwt", () => {
  it("accepts a JWT that this server signed", async () => {
    const token = await ownJwt.signOwnJwt(env, "test+jwt", CLAIMS, 60_000);
    expect(await claimsOf(env, "test+jwt", token)).toMatchObject(CLAIMS);
  });

  it("accepts the JWT of this test without changes", async () => {
    expect(await claimsOf(env, "test+jwt", await forge({}))).toMatchObject(CLAIMS);
  });

  it.each(["other+jwt", "JWT", ""])(
    "rejects a JWT of type %j where test+jwt is required [ASVS-9.2.2]",
    async (typ) => {
      expect(await claimsOf(env, "test+jwt", await forge({ typ }))).toBeUndefined();
    },
  );

  it.each<[string, Record<string, unknown>]>([
    ["from another issuer", { iss: "https://evil.example" }],
    ["from nobody", { iss: undefined }],
    ["for another audience [ASVS-9.2.3/2]", { aud: "shop" }],
    ["for nobody", { aud: undefined }],
    ["that has expired", { exp: Math.floor(Date.now() / 1000) - 1 }],
    ["that never expires", { exp: undefined }],
    ["that is not valid yet [ASVS-9.2.1/2]", { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])("rejects a JWT %s [RFC9068-4/2]", async (_, claims) => {
    expect(await claimsOf(env, "test+jwt", await forge({ claims }))).toBeUndefined();
  });

  it("expires a JWT on the second [ASVS-9.2.1]", async () => {
    setClock(Date.now());
    const token = await ownJwt.signOwnJwt(env, "test+jwt", CLAIMS, 60_000);
    const { exp = 0 } = decodeJwt(token);
    setClock(exp * 1000 - 1);
    expect(await claimsOf(env, "test+jwt", token)).toMatchObject(CLAIMS);
    setClock(exp * 1000);
    expect(await claimsOf(env, "test+jwt", token)).toBeUndefined();
  });

  it("accepts a JWT signed just before a key rotation", async () => {
    onTestFinished(reset);
    await reset();
    const isolate = { ...env };
    setClock(Date.now());
    await signingKey(isolate);
    setClock(Date.now() + SIGNING_PERIOD - OVERLAP);
    await publishedKeys(isolate);
    setClock(Date.now() + OVERLAP - 1000);
    const token = await ownJwt.signOwnJwt(isolate, "test+jwt", CLAIMS, MAX_TOKEN_TTL);
    const { kid } = decodeProtectedHeader(token);
    setClock(Date.now() + MAX_TOKEN_TTL - 1000);
    expect((await signingKey(isolate)).kid).not.toBe(kid);
    expect(await claimsOf(isolate, "test+jwt", token)).toMatchObject(CLAIMS);
  });

  it("rejects a JWT whose key is not published any more", async () => {
    onTestFinished(reset);
    await reset();
    setClock(Date.now());
    const before = await signingKey({ ...env });
    setClock(Date.now() + SIGNING_PERIOD - OVERLAP);
    await publishedKeys({ ...env });
    const isolate = { ...env };
    setClock(Date.now() + OVERLAP + RETENTION - 1);
    expect(await claimsOf(isolate, "test+jwt", await forge(before))).toMatchObject(CLAIMS);
    setClock(Date.now() + 1);
    expect(await claimsOf(isolate, "test+jwt", await forge(before))).toBeUndefined();
    expect((await unpublishedKeys(isolate)).byKid.has(before.kid)).toBe(true);
  });

  it("rejects alg none in any case [RFC9068-4/3]", async () => {
    const token = new UnsecuredJWT({ ...CLAIMS })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime("1m")
      .encode();
    const [, payload = ""] = token.split(".");
    for (const alg of ["none", "None", "NONE"]) {
      const header = base64url.encode(JSON.stringify({ alg, typ: "test+jwt" }));
      expect(await claimsOf(env, "test+jwt", `${header}.${payload}.`)).toBeUndefined();
    }
  });

  it("rejects HS256 with our public key as its secret [ASVS-9.1.2]", async () => {
    const { kid } = await signingKey(env);
    const { jwks } = await publishedKeys(env);
    const jwk = jwks.find((each) => each.kid === kid);
    const key = new TextEncoder().encode(JSON.stringify(jwk));
    expect(await claimsOf(env, "test+jwt", await forge({ alg: "HS256", key }))).toBeUndefined();
  });

  it("rejects a JWT signed with an unknown key under any kid", async () => {
    const { privateKey: key } = await generateKeyPair("ES256");
    expect(await claimsOf(env, "test+jwt", await forge({ key }))).toBeUndefined();
    expect(await claimsOf(env, "test+jwt", await forge({ key, kid: "mine" }))).toBeUndefined();
  });

  it.each(SIGNING_ALGORITHMS)(
    "accepts a JWT that this server signed with %s",
    async (algorithm) => {
      const token = await ownJwt.signOwnJwt(worker, "test+jwt", CLAIMS, 60_000, algorithm);
      const { kid } = await signingKey(worker, algorithm);
      expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: "test+jwt", kid });
      expect(await claimsOf(worker, "test+jwt", token)).toMatchObject(CLAIMS);
    },
  );

  it.each(
    SIGNING_ALGORITHMS.flatMap((ours) =>
      [...SIGNING_ALGORITHMS, "RS512", "PS256", "Ed25519", "HS256"]
        .filter((named) => named !== ours)
        .map((named) => [named, ours] as const),
    ),
  )("rejects a JWT that names %s with the kid of a key of %s [ASVS-9.1.2/3]", async (alg, ours) => {
    const { kid } = await signingKey(worker, ours);
    const key =
      alg === "HS256"
        ? new TextEncoder().encode("a secret of thirty-two characters")
        : (await generateKeyPair(alg)).privateKey;
    expect(await claimsOf(worker, "test+jwt", await forge({ alg, kid, key }))).toBeUndefined();
    // With the name changed in the header of a good JWT.
    const good = await ownJwt.signOwnJwt(worker, "test+jwt", CLAIMS, 60_000, ours);
    const [, payload, signature] = good.split(".");
    const header = base64url.encode(JSON.stringify({ alg, typ: "test+jwt", kid }));
    expect(await claimsOf(worker, "test+jwt", `${header}.${payload}.${signature}`)).toBeUndefined();
  });

  it("ignores a key that a JWT brings along [ASVS-9.1.3]", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const { kid } = await signingKey(env);
    const token = await new SignJWT({ ...CLAIMS })
      .setProtectedHeader({ alg: "ES256", typ: "test+jwt", kid, jwk: await exportJWK(publicKey) })
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime("1m")
      .sign(privateKey);
    expect(await claimsOf(env, "test+jwt", token)).toBeUndefined();
  });

  it("rejects a JWT with changed claims [RFC7662-4]", async () => {
    const [header, , signature] = (await forge({})).split(".");
    const [, payload] = (await forge({ claims: { sub: "eve" } })).split(".");
    expect(await claimsOf(env, "test+jwt", `${header}.${payload}.${signature}`)).toBeUndefined();
  });

  it.each(["", ".", "..", "a.b.c", "not a token", "ü.ü.ü", "a".repeat(100_000)])(
    "rejects a malformed JWT (%#)",
    async (token) => {
      expect(await claimsOf(env, "test+jwt", token)).toBeUndefined();
    },
  );

  it("rejects an over-long JWT of this server", async () => {
    const token = await forge({ claims: { padding: "x".repeat(8192) } });
    expect(await claimsOf(env, "test+jwt", token)).toBeUndefined();
  });
});
