import type { SeededRandom } from "../support/seeded-random.ts";

/**
 * When the server is killed: evenly over the run, and each time a few requests after a login was
 * decided about, so that every kind of request is met by some kill.
 */
export class KillPlan {
  readonly #logins: number;
  readonly #kills: number;
  readonly #random: SeededRandom;
  readonly #kill: () => void;
  #planned = 0;
  /** Requests until the next kill, where one is due. */
  #countdown: number | undefined;

  constructor(
    { logins, kills }: { logins: number; kills: number },
    random: SeededRandom,
    kill: () => void,
  ) {
    this.#logins = logins;
    this.#kills = kills;
    this.#random = random;
    this.#kill = kill;
    this.loginsEnded(0);
  }

  /** So many logins have ended: the next kill is due when its share of them has. */
  loginsEnded(count: number): void {
    if (this.#countdown !== undefined || this.#planned >= this.#kills) return;
    if (count < (this.#planned * this.#logins) / (this.#kills + 1)) return;
    this.#planned += 1;
    this.#countdown = 5 + this.#random.below(60);
  }

  request(): void {
    if (this.#countdown === undefined) return;
    this.#countdown -= 1;
    if (this.#countdown > 0) return;
    this.#countdown = undefined;
    // A few milliseconds later the request is on its way, or carried out, or answered.
    setTimeout(this.#kill, this.#random.below(12));
  }
}
