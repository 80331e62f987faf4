import { LoginFailure } from "./failure.ts";
import { pause } from "./pause.ts";

/**
 * How often a code is redeemed again when the answer was lost on the way, and the pause between, in
 * milliseconds. The server answers the same request again for a minute, so all tries must be over by then
 * (request.ts says how long one may take).
 */
const RETRIES = 2;
const PAUSE = 1000;

/**
 * Redeems a code, and again where no answer came. Whether the request or its answer was lost can't be
 * known: the server takes the same code with the same verifier and key for a retry, and gives what it
 * gave before.
 *
 * @throws {LoginFailure}
 */
export async function retryLost<Answer>(
  redeem: () => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  for (let retries = 0; ; retries++) {
    try {
      return await redeem();
    } catch (error) {
      const lost = error instanceof LoginFailure && error.code === "network";
      if (!lost || retries === RETRIES) throw error;
      await pause(PAUSE, signal);
    }
  }
}
