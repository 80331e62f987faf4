import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { inject } from "vitest";
import type { TrustedIssuer } from "../../src/config/index.ts";
import type { Behaviour } from "./issuer-behaviour.ts";

/** A trusted issuer with a real key and a JWK Set that is served over HTTP. */
export class TestIssuer {
  readonly trusted: TrustedIssuer;
  readonly #alg: string;
  #kid = "";
  #privateKey: CryptoKey | undefined;
  publicJwk: JWK = {};

  private constructor(alg: string, overrides: Partial<TrustedIssuer>) {
    const issuer = `${inject("issuerServer")}/${crypto.randomUUID()}`;
    this.#alg = alg;
    this.trusted = {
      issuer,
      audience: "https://login.example.com",
      jwks_uri: `${issuer}/jwks`,
      subject_prefix: "",
      token_type: "at+jwt",
      max_lifetime: 86_400,
      ...overrides,
    };
  }

  static async start(
    alg = "ES256",
    overrides: Partial<TrustedIssuer> = {},
    publishedAlg: string | undefined = alg,
  ): Promise<TestIssuer> {
    const issuer = new TestIssuer(alg, overrides);
    await issuer.newKey("first");
    await issuer.serve({ body: JSON.stringify({ keys: [issuer.#published(publishedAlg)] }) });
    return issuer;
  }

  /** Signs with another key from now on; `publish` publishes it. */
  async newKey(kid: string): Promise<void> {
    const options = { extractable: true, modulusLength: 2048 };
    const { privateKey, publicKey } = await generateKeyPair(this.#alg, options);
    this.#kid = kid;
    this.#privateKey = privateKey;
    this.publicJwk = await exportJWK(publicKey);
  }

  async publish(): Promise<void> {
    await this.serve({ body: JSON.stringify({ keys: [this.#published(this.#alg)] }) });
  }

  async serve(behaviour: Behaviour): Promise<void> {
    const body = JSON.stringify(behaviour);
    const answer = await fetch(this.trusted.jwks_uri, { method: "PUT", body });
    if (answer.status !== 204) throw new Error("the issuers' server did not listen");
  }

  /** The number of requests for the JWK Set. */
  async asked(): Promise<number> {
    return Number(await (await fetch(`${this.trusted.jwks_uri}?asked`)).text());
  }

  /** A valid token with these changes. */
  async token(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
  ): Promise<string> {
    if (!this.#privateKey) throw new Error("no key");
    const now = Math.floor(Date.now() / 1000);
    const { issuer, audience } = this.trusted;
    const standard = { iss: issuer, aud: audience, sub: "ada", iat: now, exp: now + 300 };
    return await new SignJWT({ ...standard, ...claims })
      .setProtectedHeader({ alg: this.#alg, kid: this.#kid, typ: "at+jwt", ...header })
      .sign(this.#privateKey);
  }

  #published(alg: string): JWK {
    return { ...this.publicJwk, kid: this.#kid, alg, use: "sig" };
  }
}
