import { env } from "cloudflare:workers";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { madeUp } from "../../support/api.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { withoutRateLimits } from "../support/without-rate-limits.ts";

/** The Worker with clients of every kind, a trusted issuer and no rate limits. */
export interface FuzzedWorker {
  env: Env;
  issuer: TestIssuer;
  /** The key of the client `signer` and of bound tokens. */
  keys: SigningPair;
}

export const SHOP_REDIRECT = "https://shop.example/back";
export const BACKEND_SECRET = "only this backend knows it";

export async function fuzzedWorker(): Promise<FuzzedWorker> {
  const issuer = await TestIssuer.start();
  const keys = await SigningPair.make();
  const addresses = {
    redirect_uris: [SHOP_REDIRECT],
    post_logout_redirect_uris: ["https://shop.example/out"],
    allowed_origins: ["https://shop.example"],
  };
  const CLIENTS = [
    { client_id: "screen", name: "Screen" },
    { client_id: "shop", name: "Shop", ...addresses },
    {
      client_id: "backend",
      name: "Backend",
      ...addresses,
      client_secret_sha256: await hexSha256(BACKEND_SECRET),
    },
    { client_id: "sso", name: "Single sign-on", ...addresses, sso: true },
    { client_id: "signer", name: "Signer", ...addresses, jwks: { keys: [keys.jwk] } },
    { client_id: "typing", name: "Typing", policy: { matching: "always", matching_by: "screen" } },
  ].map((client) => ({ ...client, id_token_signed_response_alg: "ES256" }));
  const worker = { ...withoutRateLimits(env), CLIENTS, ISSUERS: [issuer.trusted] };
  return { env: worker, issuer, keys };
}

async function hexSha256(text: string): Promise<string> {
  return new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
  ).toHex();
}

/** A key for client assertions and DPoP proofs. */
export class SigningPair {
  readonly jwk: JWK;
  readonly jkt: string;
  readonly #privateKey: CryptoKey;

  private constructor(jwk: JWK, jkt: string, privateKey: CryptoKey) {
    this.jwk = jwk;
    this.jkt = jkt;
    this.#privateKey = privateKey;
  }

  static async make(): Promise<SigningPair> {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const jwk = await exportJWK(publicKey);
    return new SigningPair(jwk, await calculateJwkThumbprint(jwk), privateKey);
  }

  /** Signs whatever is in a header and a payload; each time as another one, where it has a `jti`. */
  readonly sign = async (header: object, payload: object): Promise<string> => {
    const fresh = "jti" in payload && typeof payload.jti === "string" ? { jti: madeUp() } : {};
    return await new SignJWT({ ...payload, ...fresh })
      .setProtectedHeader({ alg: "ES256", ...header })
      .sign(this.#privateKey);
  };
}
