import * as v from "valibot";
import { refusal, success, type Result } from "../login/errors.ts";
import { INVALID_GRANT, invalidRequest, type TokenError } from "./errors.ts";
import { parameters, type Form } from "./form.ts";

/** A request to redeem a code, whose every part has the right form. */
export interface CodeRequest {
  code: string;
  /** The login session that the code is of. */
  sessionId: string;
  verifier: string;
  redirectUri?: string;
}

const given = (name: string) => v.string(`${name} is missing.`);

const Parameters = v.object({
  code: given("code"),
  code_verifier: v.pipe(
    given("code_verifier"),
    // RFC 7636 §4.1.
    v.regex(
      /^[\w.~-]{43,128}$/,
      "code_verifier must be 43 to 128 letters, digits or one of - . _ ~",
    ),
  ),
  redirect_uri: v.optional(v.pipe(v.string(), v.maxLength(2000, "redirect_uri is too long."))),
});

/** Reads the request of RFC 6749 §4.1.3 with RFC 7636 §4.5. What else the form holds is not looked at. */
export function parseCodeRequest(form: Form): Result<CodeRequest, TokenError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return refusal(invalidRequest(result.issues[0].message));

  const { code, code_verifier: verifier, redirect_uri: redirectUri } = result.output;
  // A code names its session. One that can't be ours is a code that gives nothing.
  const [, sessionId] = /^([\w-]{43})\.[\w-]{43}$/.exec(code) ?? [];
  if (sessionId === undefined) return refusal(INVALID_GRANT);
  return success({
    code,
    sessionId,
    verifier,
    ...(redirectUri === undefined ? {} : { redirectUri }),
  });
}
