/** A question for the time, in milliseconds: when it was asked and answered here, and what was told. */
interface Sample {
  asked: number;
  answered: number;
  told: number;
}

/**
 * Another machine's clock, read over the network (as RFC 5905 §8 has it): what it told belongs to the
 * middle of the round trip, give or take half of it, so the quickest answer is the best.
 */
export class RemoteClock {
  #best: Sample | undefined;

  sample(sample: Sample): void {
    if (!this.#best || roundTrip(sample) < roundTrip(this.#best)) this.#best = sample;
  }

  /** The instant here at which it was `remote` there. */
  toLocal(remote: number): number {
    if (!this.#best) throw new Error("nobody has told the time yet");
    return remote - this.#best.told + (this.#best.asked + this.#best.answered) / 2;
  }
}

function roundTrip({ asked, answered }: Sample): number {
  return answered - asked;
}
