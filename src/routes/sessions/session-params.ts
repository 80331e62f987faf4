import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import { err, ok, type Result } from "../../lib/result.ts";
import { invalidRequest, type OAuthError } from "../../oidc/errors.ts";
import { readIdTokenHint } from "../../oidc/logout/id-token-hint.ts";
import type { LoginParameters } from "../../protocol/requests.ts";
import type { AppEnv } from "../app-env.ts";
import type { LoginRequest } from "./start-session.ts";

/**
 * What the parameters of a login ask for; the client and its redirect were checked before. Every door
 * for a browser goes through here, so a login that is begun anew is the same as the first time. What
 * can't be read is said for developers.
 */
export async function loginRequest(
  c: Context<AppEnv>,
  asked: LoginParameters,
): Promise<Result<LoginRequest, OAuthError>> {
  const { redirect_uri, response_mode, state, nonce, max_age, id_token_hint, dpop_jkt } = asked;
  const hint =
    id_token_hint === undefined ? undefined : await readIdTokenHint(c.env, id_token_hint);
  // OpenID Connect Core §3.1.2.1: it was issued by us, and to this client.
  if (hint && !(hint.ok && hint.value.aud === asked.client_id)) {
    const reason = hint.ok ? "id_token_hint_of_another_client" : hint.error;
    const description = "id_token_hint is no ID token of this server for this client.";
    return err(invalidRequest(description, reason));
  }
  return ok({
    clientId: asked.client_id,
    scope: asked.scope,
    begunBy: { grant: "authorization_code", codeChallenge: asked.code_challenge },
    ...defined({ nonce }),
    ...(redirect_uri === undefined
      ? {}
      : {
          redirect: {
            uri: redirect_uri,
            mode: response_mode,
            issuer: c.var.config.issuer,
            ...defined({ state }),
          },
        }),
    ...(max_age === undefined ? {} : { maxAge: max_age * 1000 }),
    ...(hint?.ok ? { expectedSub: hint.value.sub } : {}),
    ...defined({ dpopJkt: dpop_jkt }),
  });
}
