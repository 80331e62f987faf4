import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseCode, type ParsedCode } from "./code-reference.ts";
import { INVALID_GRANT, invalidRequest, type TokenError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";

/** A request to redeem a code, whose every part has the right form. */
export interface CodeRequest extends ParsedCode {
  verifier: string;
  redirectUri?: string;
}

const Parameters = v.object({
  code: v.string("code is missing."),
  code_verifier: v.optional(
    v.pipe(
      v.string(),
      // RFC 7636 §4.1.
      v.regex(
        /^[\w.~-]{43,128}$/,
        "code_verifier must be 43 to 128 letters, digits or one of - . _ ~",
      ),
    ),
  ),
  redirect_uri: v.optional(v.pipe(v.string(), v.maxLength(2000, "redirect_uri is too long."))),
});

/** Reads the request of RFC 6749 §4.1.3 with RFC 7636 §4.5. What else the form holds is not looked at. */
export function parseCodeRequest(form: Form): Result<CodeRequest, TokenError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));

  const { code: text, code_verifier: verifier, redirect_uri: redirectUri } = result.output;
  const code = parseCode(text);
  // Every code here was issued for a challenge, so without a verifier none gives anything. Nobody is
  // asked about it: whoever has only seen a code can end nobody's login (RFC 9700 §2.1.1, §4.8).
  if (!code || verifier === undefined) return err(INVALID_GRANT);
  return ok({ ...code, verifier, ...defined({ redirectUri }) });
}
