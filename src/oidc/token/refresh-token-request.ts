import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { INVALID_SCOPE, invalidRequest, type TokenError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";

/** A request to refresh, whose every part has the right form. */
export interface RefreshRequest {
  /** As it was sent: whether it is one of ours is not known yet. */
  token: string;
  /** What the client wants of what was granted; all of it where it doesn't say. */
  scope?: string[];
}

const Parameters = v.object({
  refresh_token: v.string("refresh_token is missing."),
  scope: v.optional(v.string()),
});

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Reads the request of RFC 6749 §6. What else the form holds is not looked at. */
export function parseRefreshRequest(form: Form): Result<RefreshRequest, TokenError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));

  const { refresh_token: token, scope } = result.output;
  if (scope !== undefined && !(scope.length <= 200 && SCOPES.test(scope))) {
    return err(INVALID_SCOPE);
  }
  return ok({
    token,
    ...(scope === undefined ? {} : { scope: [...new Set(scope.split(" "))] }),
  });
}
