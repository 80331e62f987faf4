import type * as Sdk from "../../../sdk/index.ts";
import { isTransientResult, resultOf, type Result } from "../result.ts";

/** How a login ended that didn't sign this phone in. */
export type FailedLogin = "denied" | "expired" | "cancelled" | "failed";

export type NewPhoneOutcome = "linked" | "back" | FailedLogin;

export interface NewPhoneLogin {
  login: Pick<Sdk.Login, "watch" | "redemption">;
  /** Signs this phone in with the code of the approved login. */
  link: (redemption: { code: string; code_verifier: string }) => Promise<void>;
  signal: AbortSignal;
  /** Another phone has scanned the code. `digits`: what its owner has to type there, for number matching. */
  onScanned: (digits: string | undefined) => void;
  onApproved: () => void;
}

/**
 * Follows the login of this phone to its end. Aborting the signal means that the user went back.
 *
 * @throws what `watch` and `link` throw
 */
export async function followNewPhoneLogin({
  login,
  link,
  signal,
  onScanned,
  onApproved,
}: NewPhoneLogin): Promise<NewPhoneOutcome> {
  for await (const event of login.watch({ signal })) {
    if (event.type !== "snapshot") continue;
    const { status, match, code } = event.snapshot;
    if (status === "scanned") onScanned(match?.by === "phone" ? match.digits : undefined);
    if (status === "denied" || status === "expired" || status === "cancelled") return status;
    if (status === "approved" && code !== undefined) {
      onApproved();
      await link(login.redemption(code));
      return "linked";
    }
  }
  return signal.aborted ? "back" : "failed";
}

/** After an error: `retry` if a new attempt may succeed without anything else being done. */
export function newPhoneFailure(
  error: unknown,
  online: boolean,
): { retry: Result } | { failed: FailedLogin } {
  const result = resultOf(error, online);
  if (isTransientResult(result)) return { retry: result };
  return { failed: result === "expired" ? "expired" : "failed" };
}
