import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import type { Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseCode, type ParsedCode } from "./code-reference.ts";
import { invalidGrant, invalidRequest, type OAuthError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";

/** A well-formed request to redeem a code. */
export interface CodeRequest extends ParsedCode {
  /** Missing only from a client for which PKCE is optional. */
  verifier?: string;
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
        "code_verifier must be 43 to 128 letters, digits, hyphens, dots, underscores or tildes.",
      ),
    ),
  ),
  redirect_uri: v.optional(v.pipe(v.string(), v.maxLength(2000, "redirect_uri is too long."))),
});

/** Reads the request of RFC 6749 §4.1.3 with RFC 7636 §4.5. Other parameters are ignored. */
export function parseCodeRequest(
  form: Form,
  { pkce }: Pick<Client, "pkce">,
): Result<CodeRequest, OAuthError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));

  const { code: text, code_verifier: verifier, redirect_uri: redirectUri } = result.output;
  const code = parseCode(text);
  if (!code) return err(invalidGrant("code_malformed"));
  // Where every code has a challenge, no object is called without a verifier, so that somebody who
  // only saw a code can't end the login (RFC 9700 §2.1.1, §4.8).
  if (verifier === undefined && pkce === "required") return err(invalidGrant("verifier_missing"));
  return ok({ ...code, ...defined({ verifier, redirectUri }) });
}
