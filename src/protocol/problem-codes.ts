import * as v from "valibot";

/**
 * Every error of the session API: `application/problem+json` (RFC 9457) with a stable `code`.
 * Each line is a code with its HTTP status and a title for people.
 */
export const PROBLEMS = {
  invalid_request: [400, "The request is not as documented."],
  unsupported_media_type: [415, "The body must be application/json."],
  body_too_large: [413, "The body is too large."],
  client_unknown: [400, "No such client is registered."],
  redirect_uri_unknown: [400, "The redirect URI is not one of the client's."],
  ceremony_expired: [400, "This took too long, or was done already. Begin again."],
  watch_token_missing: [401, "Watching needs the session's watch token."],
  watch_token_invalid: [401, "The watch token is not this session's."],
  sign_in_required: [401, "The phone is not signed in."],
  access_token_invalid: [401, "The access token is not acceptable here."],
  dpop_proof_invalid: [401, "The DPoP proof is not acceptable here."],
  sign_in_again: [403, "The client asks for a sign-in more recent than yours."],
  match_required: [403, "What one of the two devices shows must be typed on the other first."],
  match_wrong: [403, "That is not what the other device shows. The login was declined."],
  step_up_required: [403, "This login takes the passkey once more, or a more recent sign-in."],
  risk_blocked: [403, "This login is refused: it may be somebody else's."],
  phone_unconfirmed: [
    403,
    "This phone is new here. A phone that was here before can do this, or this one in a day.",
  ],
  recovery_code_invalid: [403, "The recovery code is not one that counts."],
  wrong_account: [403, "The client asks for another account."],
  origin_not_allowed: [403, "This origin may not do that."],
  code_invalid: [403, "The code is not of this session."],
  code_stale: [403, "The code is no longer shown. Scan the one on the screen now."],
  passkey_invalid: [403, "The passkey was not accepted."],
  scan_token_invalid: [403, "The scan token is not the one given for this session."],
  not_found: [404, "There is nothing here."],
  device_unknown: [404, "No such device is logged in through this account."],
  passkey_unknown: [404, "No such passkey is of this account."],
  phone_unknown: [404, "No such phone is signed in to this account."],
  passkeys_off: [404, "There are no passkey accounts here."],
  session_not_found: [404, "No such login session."],
  user_code_unknown: [404, "No login is waiting for this code."],
  method_not_allowed: [405, "The method is not allowed here."],
  not_scanned: [409, "No phone has scanned this code yet."],
  same_device: [409, "This is the browser that shows the code."],
  last_passkey: [409, "The last passkey can't be removed."],
  too_many_passkeys: [409, "The account has as many passkeys as it may."],
  already_scanned: [409, "Another phone has scanned this code."],
  already_approved: [409, "The login was approved already."],
  already_denied: [409, "The login was declined already."],
  session_expired: [410, "This login session is over."],
  code_repeated: [410, "The code was scanned again, so the login was ended."],
  session_cancelled: [410, "The screen has cancelled this login."],
  upgrade_required: [426, "This address speaks WebSocket, with subprotocol qr-login.v1."],
  too_many_tries: [429, "Too many wrong codes were tried."],
  too_many_requests: [429, "Too many requests. Wait a minute."],
  too_many_watchers: [429, "Too many connections watch this session."],
  internal_error: [500, "Something went wrong here."],
  configuration_error: [500, "The server is not configured correctly."],
  temporarily_unavailable: [503, "This did not work just now. Try again in a moment."],
  issuer_unavailable: [503, "The access token can't be checked now. Try again."],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of an error response. */
export interface Problem {
  title: string;
  status: number;
  code: ProblemCode;
  /** What exactly is wrong, if that helps the client and discloses nothing. */
  detail?: string;
}

const ProblemSchema = v.object({ code: v.string(), title: v.string() });

/** Reads an error response. Undefined if it is no problem document. */
export function parseProblem(body: unknown): { code: string; title: string } | undefined {
  const result = v.safeParse(ProblemSchema, body);
  return result.success ? result.output : undefined;
}
