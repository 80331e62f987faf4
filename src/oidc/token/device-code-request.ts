import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { parseCode, type ParsedCode } from "./code-reference.ts";
import { INVALID_GRANT, invalidRequest, type TokenError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";
import { grantedScope } from "../authorization/scopes.ts";

/** The name of the grant (RFC 8628 §3.4). */
export const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** RFC 6749 §3.3: what a client that names no scope gets. */
const DEFAULT_SCOPE = "openid";

/** Reads the request of RFC 8628 §3.1, from which only the scope is left. */
export function parseDeviceRequest(form: Form): Result<{ scope: string }, TokenError> {
  const scope = grantedScope(form.get("scope") ?? DEFAULT_SCOPE);
  if (scope !== undefined) return ok({ scope });
  return err({
    error: "invalid_scope",
    description: "scope names nothing that can be had here.",
  });
}

const Parameters = v.object({ device_code: v.string("device_code is missing.") });

/** Reads the request of RFC 8628 §3.4. What else the form holds is not looked at. */
export function parseDevicePoll(form: Form): Result<ParsedCode, TokenError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));
  const code = parseCode(result.output.device_code);
  // A device code has no reference: it is drawn before anybody approves.
  return code && code.reference === undefined ? ok(code) : err(INVALID_GRANT);
}
