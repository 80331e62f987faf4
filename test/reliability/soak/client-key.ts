import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";
import { exportJWK, SignJWT, type JWK } from "jose";

/** A key of a screen's own, to which its tokens are bound (RFC 9449). */
export class ClientKey {
  readonly #privateKey: KeyObject;
  readonly #jwk: Promise<JWK>;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.#jwk = exportJWK(publicKey);
  }

  /** A proof for one request: each has another `jti` (§4.2). */
  async proof(method: string, uri: string, accessToken?: string): Promise<string> {
    const ath =
      accessToken === undefined
        ? {}
        : { ath: createHash("sha256").update(accessToken).digest("base64url") };
    const jti = randomBytes(16).toString("base64url");
    const iat = Math.floor(Date.now() / 1000);
    return await new SignJWT({ jti, htm: method, htu: uri, iat, ...ath })
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: await this.#jwk })
      .sign(this.#privateKey);
  }
}
