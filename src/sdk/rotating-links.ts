import { codeLink, rotatingCode } from "../login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../protocol/responses.ts";
import { sleep } from "./sleep.ts";

/**
 * The links for the QR code: the current one, then a new one at the start of each period. They are computed
 * here, without requests. Ends when the session expires or the signal is aborted.
 */
export async function* rotatingLinks(
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
