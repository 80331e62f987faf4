import { err, ok, type Result } from "../../lib/result.ts";
import type { RedeemError } from "../../login-session/domain/errors.ts";
import { areGranted } from "../../login-session/domain/resources.ts";
import { bindingError, type PresentedCode } from "../../login-session/domain/redeem.ts";
import { isActive, type ActiveLogin, type LoginRecord, type Redemption } from "./login-record.ts";

/** A code that was redeemed before, and the thumbprint of the DPoP key that comes with it. */
export type RepeatedCode = PresentedCode & {
  jkt?: string;
  /** Present if the client's profile allows no retry: the second use of a code is always reuse. */
  isSingleUse?: true;
};

/**
 * How long after a redemption the same request is a retry, in milliseconds. Its response may have been lost; clients
 * give up sooner.
 */
export const REDEEM_RETRY = 60_000;

/**
 * Whether a repeated code is a retry. A code from another client, or without the right verifier, is refused and changes
 * nothing: anybody may have seen a code. `code_used` is reuse: somebody has both the code and its verifier, so
 * the login must end.
 */
export function checkRepeat(
  redemption: Redemption,
  presented: RepeatedCode,
  now: number,
): Result<null, RedeemError> {
  const error = bindingError(redemption, presented);
  if (error) return err(error);
  const isRetry =
    presented.isSingleUse !== true &&
    redemption.jkt === presented.jkt &&
    now - redemption.redeemedAt < REDEEM_RETRY;
  return isRetry ? ok(null) : err("code_used");
}

/**
 * The login that a code gave, where it comes again as a retry. That its refresh token was used in the meantime changes
 * nothing: a request that was delayed may arrive after its repetition was answered. The rules of rotation decide what
 * the first refresh token still gives (refresh-tokens.ts).
 */
export function redeemAgain(
  record: LoginRecord | undefined,
  presented: RepeatedCode,
  now: number,
): Result<ActiveLogin, RedeemError> {
  if (!record) return err("code_unknown");
  if (!isActive(record, now)) return err("login_ended");
  // A login that an earlier version recorded has no redemption.
  if (!record.redemption) return err("code_unknown");
  const repeat = checkRepeat(record.redemption, presented, now);
  if (!repeat.ok) return repeat;
  if (!areGranted(record.grant.resources, presented.resources)) return err("resource_not_granted");
  return ok(record);
}
