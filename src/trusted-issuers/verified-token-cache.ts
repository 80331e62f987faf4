/** Milliseconds for which a token that was proven needs no other proof. */
const MAX_AGE = 60_000;

/** Tokens that are remembered at a time. */
const MAX_COUNT = 500;

/**
 * Tokens that were proven a moment ago, by their hash, with what they said. A phone presents the same
 * token when it scans and when its owner approves; checking the signature of the second is most of what
 * an approval would cost, while a screen waits for it. What is remembered is only that the signature was
 * right and what was signed: that it has not run out is looked at each time, and whatever depends on the
 * request is not in here.
 */
export class VerifiedTokenCache<Said> {
  readonly #proven = new Map<string, { said: Said; until: number }>();

  /** What a token said that was proven, and is still good. */
  get(hash: string, now: number): Said | undefined {
    const proven = this.#proven.get(hash);
    return proven && now < proven.until ? proven.said : undefined;
  }

  /** `expiresAt` is the token's own end, in milliseconds since the epoch. */
  set(hash: string, said: Said, now: number, expiresAt: number): void {
    this.#proven.delete(hash);
    this.#proven.set(hash, { said, until: Math.min(expiresAt, now + MAX_AGE) });
    // A Map gives its keys in the order in which they came.
    const [oldest] = this.#proven.keys();
    if (this.#proven.size > MAX_COUNT && oldest !== undefined) this.#proven.delete(oldest);
  }
}
