import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { INVALID_SCOPE, invalidRequest, type OAuthError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";

/** A well-formed refresh request. */
export interface RefreshRequest {
  /** Not verified yet. */
  token: string;
  /** The requested part of the granted scope; undefined for all of it. */
  scope?: string[];
}

const Parameters = v.object({
  refresh_token: v.string("refresh_token is missing."),
  scope: v.optional(v.string()),
});

/** RFC 6749 §3.3. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/** Reads the request of RFC 6749 §6. Other parameters are ignored. */
export function parseRefreshRequest(form: Form): Result<RefreshRequest, OAuthError> {
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
