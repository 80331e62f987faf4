import * as v from "valibot";
import { err, ok, type Result } from "../../lib/result.ts";
import { grantedScope } from "../authorization/scopes.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";
import { parameters, type Form } from "../form.ts";

/** A well-formed refresh request. */
export interface RefreshRequest {
  /** Not verified yet. */
  token: string;
  /**
   * The requested part of the granted scope; undefined for all of it. Unknown scopes are ignored, as
   * they were when the login began.
   */
  scope?: string[];
}

const Parameters = v.object({
  refresh_token: v.string("refresh_token is missing."),
  scope: v.optional(v.string()),
});

/** Reads the request of RFC 6749 §6. Other parameters are ignored. */
export function parseRefreshRequest(form: Form): Result<RefreshRequest, OAuthError> {
  const result = v.safeParse(Parameters, parameters(form, Parameters));
  if (!result.success) return err(invalidRequest(result.issues[0].message));

  const { refresh_token: token, scope: requested } = result.output;
  if (requested === undefined) return ok({ token });
  const scope = grantedScope(requested);
  return scope.ok ? ok({ token, scope: scope.value.split(" ") }) : scope;
}
