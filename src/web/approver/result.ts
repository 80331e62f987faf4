import { LoginError } from "../../sdk/login-error.ts";
import type { PHONE } from "../ui/texts.ts";

/** How a login ended on this phone, or why it can't go on. */
export type Result = keyof typeof PHONE.ends;

/** The results of the server's error codes. */
const RESULTS: Readonly<Record<string, Result>> = {
  code_stale: "stale",
  code_invalid: "notOurs",
  session_not_found: "expired",
  session_expired: "expired",
  not_scanned: "expired",
  session_cancelled: "cancelled",
  already_scanned: "used",
  scan_token_invalid: "used",
  already_approved: "decided",
  already_denied: "decided",
  same_device: "ownCode",
  match_wrong: "matchWrong",
  code_repeated: "repeated",
  risk_blocked: "blocked",
  too_many_tries: "tooManyTries",
  too_many_requests: "tooManyTries",
  passkeys_off: "ownApp",
  client_unknown: "misconfigured",
  configuration_error: "misconfigured",
  origin_not_allowed: "misconfigured",
  temporarily_unavailable: "unreachable",
};

export function resultOf(error: unknown, online: boolean): Result {
  if (!(error instanceof LoginError)) return "other";
  if (error.code === "network") return online ? "unreachable" : "offline";
  return RESULTS[error.code] ?? "other";
}

/** Whether a retry may succeed without any change. */
export function isTransientResult(end: Result): boolean {
  return end === "offline" || end === "unreachable" || end === "other";
}
