import { codeLink, rotatingCode } from "../login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../protocol/responses.ts";
import { sleep } from "./sleep.ts";

/**
 * The links that the QR code is to hold: the one of now, then one at the beginning of each period,
 * computed here, without any traffic. Ends with the session's time, or when the signal is aborted.
 */
export async function* rotate(
  session: CreatedSession,
  { elapsed, signal }: { elapsed: () => number; signal?: AbortSignal | undefined },
): AsyncGenerator<string, void, undefined> {
  const { prefix, key, period } = session.qr;
  const length = period * 1000;
  for (;;) {
    const now = elapsed();
    if (signal?.aborted || now >= session.expires_in * 1000) return;
    const t = Math.floor(now / length);
    yield codeLink(prefix, await rotatingCode(key, session.session_id, t));
    await sleep((t + 1) * length - elapsed(), signal);
  }
}
