/** Milliseconds. */
const MAX_AGE = 60_000;

const MAX_COUNT = 500;

/**
 * Recently verified tokens, by their hash. A phone sends the same token to scan and to approve, and
 * a screen waits while the second signature is verified, which is most of the cost of an approval.
 * The expiry is checked each time; nothing that depends on the request is cached.
 */
export class VerifiedTokenCache<Token> {
  readonly #tokens = new Map<string, { token: Token; until: number }>();

  /** Undefined if the token is not cached, or has expired. */
  get(hash: string, now: number): Token | undefined {
    const cached = this.#tokens.get(hash);
    return cached && now < cached.until ? cached.token : undefined;
  }

  /** `expiresAt`: the token's expiry, in milliseconds since the epoch. */
  set(hash: string, token: Token, now: number, expiresAt: number): void {
    this.#tokens.delete(hash);
    this.#tokens.set(hash, { token, until: Math.min(expiresAt, now + MAX_AGE) });
    // A Map iterates in the order of insertion.
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_COUNT && oldest !== undefined) this.#tokens.delete(oldest);
  }
}
