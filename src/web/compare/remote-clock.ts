/**
 * A request for the time, in milliseconds: when it was sent and answered here, and the time in the
 * response.
 */
interface Sample {
  asked: number;
  answered: number;
  told: number;
}

/**
 * Estimates another machine's clock (RFC 5905 §8): its time belongs to the middle of the round
 * trip, so the shortest round trip is the most accurate.
 */
export class RemoteClock {
  #best: Sample | undefined;

  sample(sample: Sample): void {
    if (!this.#best || roundTrip(sample) < roundTrip(this.#best)) this.#best = sample;
  }

  /** The local time at which the other clock showed `remote`. */
  toLocal(remote: number): number {
    if (!this.#best) throw new Error("nobody has told the time yet");
    return remote - this.#best.told + (this.#best.asked + this.#best.answered) / 2;
  }
}

function roundTrip({ asked, answered }: Sample): number {
  return answered - asked;
}
