import { defined } from "../../lib/defined.ts";
import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { PROBLEMS, type Problem, type ProblemCode } from "../../protocol/problem.ts";

/** Seconds after which a request may be repeated whose object was not available. */
export const UNAVAILABLE_RETRY_AFTER = 1;

/** Thrown by a route to answer with a problem (RFC 9457). */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  /** How to authenticate instead, where that depends on more than the code (RFC 9110 §11.6.1). */
  readonly challenge: string | undefined;

  constructor(code: ProblemCode, detail?: string, challenge?: string) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.challenge = challenge;
  }
}

/** RFC 9449 §7.1: a phone that proves a key is told so in that scheme's words. */
const CHALLENGES: { [Code in ProblemCode]?: string } = {
  dpop_proof_invalid: 'DPoP realm="qr-login", error="invalid_dpop_proof"',
};

/** Seconds. An object that was reset is back at once; whose keys could not be had is left alone for a while. */
function retryAfter(code: ProblemCode): number {
  return code === "temporarily_unavailable" ? UNAVAILABLE_RETRY_AFTER : 5;
}

/** The answer that tells of a problem. */
export function problemResponse(code: ProblemCode, detail?: string, challenge?: string): Response {
  const [status, title] = PROBLEMS[code];
  const problem: Problem = { title, status, code, ...defined({ detail }) };
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
  // RFC 9110 §11.6.1: a 401 says how to authenticate.
  const known = challenge ?? CHALLENGES[code];
  if (status === 401 || known !== undefined) {
    headers.set("WWW-Authenticate", known ?? 'Bearer realm="qr-login"');
  }
  if (status === 429) headers.set("Retry-After", "60");
  if (status === 503) headers.set("Retry-After", String(retryAfter(code)));
  if (code === "upgrade_required") headers.set("Upgrade", "websocket");
  return new Response(JSON.stringify(problem), { status, headers });
}

/** What the heart's reasons are called outside: the redeeming ones never reach the session API. */
export function problemCodeOf(error: LoginErrorCode): ProblemCode {
  switch (error) {
    case "code_unknown":
    case "authorization_pending":
    case "slow_down":
    case "access_denied":
    case "grant_mismatch":
    case "code_expired":
    case "code_used":
    case "login_ended":
    case "approver_signed_out":
    case "proof_used":
    case "client_mismatch":
    case "redirect_mismatch":
    case "verifier_mismatch":
    case "key_mismatch":
    case "not_assessed":
      return "internal_error";
    case "match_not_asked":
      return "invalid_request";
    default:
      return error;
  }
}
