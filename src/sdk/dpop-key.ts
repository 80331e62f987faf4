import { encodeBase64url } from "../lib/base64url.ts";

/** The request that a proof is for. */
export interface ProvenRequest {
  method: string;
  url: string | URL;
  /** The access token of the request. Requests to the token endpoint have none. */
  accessToken?: string | undefined;
}

/** ES256 (RFC 7518 §3.4). */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * A key pair for DPoP (RFC 9449). Its private key is not extractable, so not even an injected script can copy
 * it, and tokens that are bound to it can't be used elsewhere.
 */
export class DpopKey {
  /** The JWK thumbprint (RFC 7638). */
  readonly thumbprint: string;
  readonly #privateKey: CryptoKey;
  readonly #publicJwk: JsonWebKey;

  private constructor(privateKey: CryptoKey, publicJwk: JsonWebKey, thumbprint: string) {
    this.#privateKey = privateKey;
    this.#publicJwk = publicJwk;
    this.thumbprint = thumbprint;
  }

  static async generate(): Promise<DpopKey> {
    // `false` concerns the private key: a public key is always extractable.
    const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
    const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    // RFC 7638 §3.2 requires these members in this order.
    const members = JSON.stringify({ crv, kty, x, y });
    const publicJwk: JsonWebKey = JSON.parse(members);
    return new DpopKey(privateKey, publicJwk, await sha256(members));
  }

  /** A proof for one request (RFC 9449 §4.2). `now`: milliseconds since the epoch, by the server's clock. */
  async proof({ method, url, accessToken }: ProvenRequest, now: number): Promise<string> {
    const { origin, pathname } = new URL(url);
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: this.#publicJwk };
    const claims = {
      jti: encodeBase64url(crypto.getRandomValues(new Uint8Array(16))),
      htm: method,
      htu: origin + pathname,
      iat: Math.floor(now / 1000),
      ...(accessToken === undefined ? {} : { ath: await sha256(accessToken) }),
    };
    const signed = `${encode(header)}.${encode(claims)}`;
    const signature = await crypto.subtle.sign(ALGORITHM, this.#privateKey, utf8(signed));
    return `${signed}.${encodeBase64url(new Uint8Array(signature))}`;
  }
}

function encode(part: object): string {
  return encodeBase64url(utf8(JSON.stringify(part)));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function sha256(text: string): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}
