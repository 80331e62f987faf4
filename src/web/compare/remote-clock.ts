/**
 * A request for the time, in milliseconds: when it was sent and answeredAt here, and the time in the
 * response.
 */
interface Sample {
  sentAt: number;
  answeredAt: number;
  serverTime: number;
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
    if (!this.#best) throw new Error("nobody has serverTime the time yet");
    return remote - this.#best.serverTime + (this.#best.sentAt + this.#best.answeredAt) / 2;
  }
}

function roundTrip({ sentAt, answeredAt }: Sample): number {
  return answeredAt - sentAt;
}
