import { isFinal, type LoginError } from "../../../sdk/login-error.ts";
import { sleep } from "../../../sdk/sleep.ts";
import { scan, type Claim, type Scan } from "../sessions.ts";
import { untilVisible } from "../until-visible.ts";

/**
 * What becomes of a request while its reader decides, asked again and again for as long as somebody
 * looks. A failure is told only where it is the server's last word.
 */
export async function* askAgain(
  { session_id: sessionId, scan_token: scanToken }: Claim,
  { interval, signal }: { interval: () => number; signal: AbortSignal },
): AsyncGenerator<Scan | LoginError, void, undefined> {
  for (;;) {
    await sleep(interval(), signal);
    await untilVisible(signal);
    if (signal.aborted) return;
    try {
      yield await scan({ by: "scan_token", sessionId, scanToken });
    } catch (error) {
      if (isFinal(error)) yield error;
    }
  }
}
