import { encodeBase64url } from "../lib/base64url.ts";

/** What a proof is for. */
export interface ProvenRequest {
  method: string;
  url: string | URL;
  /** The access token that goes with it, to anywhere but the token endpoint. */
  accessToken?: string | undefined;
}

/** ES256 (RFC 7518 §3.4), which every browser has. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * A key that never leaves this page: nobody can copy it, not even a script that was smuggled in. Tokens
 * that are bound to it are of no use anywhere else (RFC 9449).
 */
export class DpopKey {
  /** RFC 7638. */
  readonly thumbprint: string;
  readonly #privateKey: CryptoKey;
  readonly #publicJwk: JsonWebKey;

  private constructor(privateKey: CryptoKey, publicJwk: JsonWebKey, thumbprint: string) {
    this.#privateKey = privateKey;
    this.#publicJwk = publicJwk;
    this.thumbprint = thumbprint;
  }

  static async make(): Promise<DpopKey> {
    // "Extractable" is for the private key; a public one always is.
    const { privateKey, publicKey } = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
    const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    // RFC 7638 §3.2: these members, in this order.
    const members = JSON.stringify({ crv, kty, x, y });
    const publicJwk: JsonWebKey = JSON.parse(members);
    return new DpopKey(privateKey, publicJwk, await sha256(members));
  }

  /** A proof for one request (RFC 9449 §4.2). `now` is in milliseconds, by the server's clock. */
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
