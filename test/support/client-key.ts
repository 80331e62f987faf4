import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { ISSUER, madeUp } from "./api.ts";

/** The key of a client that authenticates by private_key_jwt (OpenID Connect Core §9). */
export class ClientKey {
  readonly #alg: string;
  readonly #privateKey: CryptoKey;
  /** To be registered. */
  readonly jwk: JWK;

  private constructor(alg: string, privateKey: CryptoKey, jwk: JWK) {
    this.#alg = alg;
    this.#privateKey = privateKey;
    this.jwk = jwk;
  }

  static async make(alg = "ES256"): Promise<ClientKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: crypto.randomUUID() };
    return new ClientKey(alg, privateKey, jwk);
  }

  /** The parameters that authenticate the client; `change`: of the assertion's claims. */
  async credentials(clientId: string, change: object = {}): Promise<Record<string, string>> {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: clientId, sub: clientId, aud: ISSUER, iat: now, exp: now + 60 };
    const assertion = await new SignJWT({ ...claims, jti: madeUp(), ...change })
      .setProtectedHeader({ alg: this.#alg, ...(this.jwk.kid ? { kid: this.jwk.kid } : {}) })
      .sign(this.#privateKey);
    return {
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    };
  }
}
