import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseCode, type ParsedCode } from "./code-reference.ts";
import { invalidGrant, invalidRequest, type OAuthError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";
import { grantedScope } from "../authorization/scopes.ts";

/** The name of the grant (RFC 8628 §3.4). */
export const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** RFC 6749 §3.3: the scope of a request without one. */
const DEFAULT_SCOPE = "openid";

/** Reads the scope of the request of RFC 8628 §3.1. */
export function parseDeviceScope(form: Form): Result<string, OAuthError> {
  return grantedScope(form.get("scope") ?? DEFAULT_SCOPE);
}

const Parameters = v.object({ device_code: v.string("device_code is missing.") });

/** Reads the request of RFC 8628 §3.4. Other parameters are ignored. */
export function parseDevicePoll(form: Form): Result<ParsedCode, OAuthError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));
  const code = parseCode(result.output.device_code);
  // A device code is issued before the approval, so it has no reference to an account.
  return code && code.reference === undefined ? ok(code) : err(invalidGrant("code_malformed"));
}
