import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type JWK,
} from "jose";
import { sha256 } from "../../src/lib/digest.ts";
import { ISSUER, madeUp } from "./api.ts";

/** Changes to a valid proof. */
export interface ProofChanges {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

/** A client's key and its DPoP proofs (RFC 9449 §4.2). */
export class DpopKey {
  readonly alg: string;
  readonly #privateKey: CryptoKey;
  readonly jwk: JWK;
  readonly jkt: string;

  private constructor(alg: string, privateKey: CryptoKey, jwk: JWK, jkt: string) {
    this.alg = alg;
    this.#privateKey = privateKey;
    this.jwk = jwk;
    this.jkt = jkt;
  }

  static async make(alg = "ES256"): Promise<DpopKey> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    const jwk = await exportJWK(publicKey);
    return new DpopKey(alg, privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** One RSA key, which signs with PS256 and with RS256. */
  static async makeRsa(): Promise<{ ps256: DpopKey; rs256: DpopKey }> {
    const pair = await generateKeyPair("PS256", { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const jkt = await calculateJwkThumbprint(jwk);
    const rs256 = await importJWK(await exportJWK(pair.privateKey), "RS256");
    if (!(rs256 instanceof CryptoKey)) throw new Error("no key");
    return {
      ps256: new DpopKey("PS256", pair.privateKey, jwk, jkt),
      rs256: new DpopKey("RS256", rs256, jwk, jkt),
    };
  }

  /** A proof for `POST /token` by default. */
  async proof(
    { header = {}, claims = {} }: ProofChanges = {},
    accessToken?: string,
  ): Promise<string> {
    return await new SignJWT({
      jti: madeUp(),
      htm: "POST",
      htu: `${ISSUER}/token`,
      iat: Math.floor(Date.now() / 1000),
      ...(accessToken === undefined ? {} : { ath: await sha256(accessToken) }),
      ...claims,
    })
      .setProtectedHeader({ typ: "dpop+jwt", alg: this.alg, jwk: this.jwk, ...header })
      .sign(this.#privateKey);
  }

  /** The headers that present a bound access token. */
  async headers(
    method: string,
    path: string,
    accessToken: string,
  ): Promise<Record<string, string>> {
    const claims = { htm: method, htu: `${ISSUER}${path}` };
    return {
      Authorization: `DPoP ${accessToken}`,
      DPoP: await this.proof({ claims }, accessToken),
    };
  }
}
