import { defined } from "../../lib/defined.ts";
import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { PROBLEMS, type Problem, type ProblemCode } from "../../protocol/problem-codes.ts";
import { logRejection } from "../../telemetry/rejection.ts";

/** Seconds until a request to an unavailable Durable Object may be repeated. */
export const UNAVAILABLE_RETRY_AFTER = 1;

/** Seconds until a request may be repeated that needs the keys of a trusted issuer. */
const ISSUER_RETRY_AFTER = 5;

export interface ProblemDetails {
  /** Sent to the client: what exactly is wrong. */
  detail?: string;
  /** The `WWW-Authenticate` header, where it depends on more than the code (RFC 9110 §11.6.1). */
  challenge?: string;
  /** Logged for the operator and never sent: which check failed. Never a value from the request. */
  reason?: string;
  /** Logged with the reason: the trusted issuer that the access token names. */
  issuer?: string;
}

/** Thrown by a route to answer with a problem (RFC 9457). */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** The problem as a response. Logs its reason, if it has one. */
export function problemResponse(
  code: ProblemCode,
  { detail, challenge = CHALLENGES[code], reason, issuer }: ProblemDetails = {},
): Response {
  if (reason !== undefined) logRejection({ error: code, reason, issuer });
  const [status, title] = PROBLEMS[code];
  const problem: Problem = { title, status, code, ...defined({ detail }) };
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
  // RFC 9110 §11.6.1: a 401 response has a challenge.
  if (status === 401 || challenge !== undefined) {
    headers.set("WWW-Authenticate", challenge ?? 'Bearer realm="qr-login"');
  }
  if (status === 429) headers.set("Retry-After", "60");
  if (status === 503) headers.set("Retry-After", String(retryAfter(code)));
  if (code === "upgrade_required") headers.set("Upgrade", "websocket");
  return new Response(JSON.stringify(problem), { status, headers });
}

/** RFC 9449 §7.1. */
const CHALLENGES: { [Code in ProblemCode]?: string } = {
  dpop_proof_invalid: 'DPoP realm="qr-login", error="invalid_dpop_proof"',
};

function retryAfter(code: ProblemCode): number {
  return code === "temporarily_unavailable" ? UNAVAILABLE_RETRY_AFTER : ISSUER_RETRY_AFTER;
}

/** The problem code of a login session's error. The errors of redemption never reach the session API. */
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
    case "verifier_missing":
    case "verifier_not_expected":
    case "resource_not_granted":
    case "key_mismatch":
      return "internal_error";
    case "match_not_asked":
      return "invalid_request";
    default:
      return error;
  }
}
