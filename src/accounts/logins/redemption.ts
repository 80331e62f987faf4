import { err, ok, type Result } from "../../lib/result.ts";
import type { RedeemError } from "../../login-session/domain/errors.ts";
import {
  bindingError,
  type CodeBinding,
  type PresentedCode,
} from "../../login-session/domain/redeem.ts";
import { isActive, type ActiveLogin, type LoginRecord } from "./login-record.ts";

/**
 * How a code was redeemed: kept with what it gave, so that a second use of the code is recognised as
 * long as that lives (RFC 6749 §4.1.2). Functions of their arguments; instants are milliseconds since
 * the epoch.
 */
export interface Redemption extends CodeBinding {
  /** Thumbprint of the DPoP key that came with the code, if one did. */
  jkt?: string;
  redeemedAt: number;
}

/** A code that comes again, and the thumbprint of the DPoP key that comes with it. */
export type RepeatedCode = PresentedCode & { jkt?: string };

/**
 * How long after a redemption the same request is a retry, in milliseconds: its answer may have been
 * lost, and the client can't know. Clients give up sooner.
 */
export const REDEEM_RETRY = 60_000;

/**
 * Whether a code that comes again is a retry. What is presented by another client, or without what the
 * code was issued for, is refused and means nothing: anybody may have seen a code. `code_used` is reuse:
 * somebody has both the code and its proof, so what it gave must end.
 */
export function checkRepeat(
  redemption: Redemption,
  presented: RepeatedCode,
  now: number,
): Result<null, RedeemError> {
  const error = bindingError(redemption, presented);
  if (error) return err(error);
  const isRetry = redemption.jkt === presented.jkt && now - redemption.redeemedAt < REDEEM_RETRY;
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
  // A login that an earlier version recorded has nothing to recognise its code by.
  if (!record.redemption) return err("code_unknown");
  const repeat = checkRepeat(record.redemption, presented, now);
  if (!repeat.ok) return repeat;
  return ok(record);
}
