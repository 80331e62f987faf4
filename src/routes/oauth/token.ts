import { Hono, type Context } from "hono";
import type { Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { DEVICE_CODE_GRANT } from "../../oidc/token/device-code-request.ts";
import {
  invalidDpopProof,
  invalidRequest,
  UNSUPPORTED_GRANT_TYPE,
  type TokenError,
} from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { authorizationCode } from "./grants/authorization-code.ts";
import { deviceCode } from "./grants/device-code.ts";
import { refreshToken } from "./grants/refresh-token.ts";
import type { TokenGrant, TokenRequest } from "./grants/token-grant.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/** What tokens are given for, by `grant_type`. */
const GRANTS = new Map<string, TokenGrant>([
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
  [DEVICE_CODE_GRANT, deviceCode],
]);

/** The token endpoint (RFC 6749 §3.2): who asks, with which key, and then each grant by its own file. */
export const token = new Hono<AppEnv>();

token.onError(onOAuthError);

token.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c);
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;

  const grantType = form.get("grant_type");
  if (grantType === undefined) return oauthError(c, invalidRequest("grant_type is missing."));
  const grant = GRANTS.get(grantType);
  if (!grant) return oauthError(c, UNSUPPORTED_GRANT_TYPE);

  const proof = await proofOf(c, client);
  if (!proof.ok) return oauthError(c, proof.error);
  const answer = await grant(c, { client, form, ...proof.value });
  return answer.ok ? c.json(answer.value, 200, NO_STORE) : oauthError(c, answer.error);
});

token.all("/", methodNotAllowed("POST"));

/** The key that the tokens are to be bound to, if the client shows one (RFC 9449 §5). */
async function proofOf(
  c: Context<AppEnv>,
  client: Client,
): Promise<Result<Pick<TokenRequest, "jkt" | "proof" | "useProof">, TokenError>> {
  if (c.req.header("DPoP") === undefined && !client.dpop_bound_access_tokens) {
    return ok({ useProof: async () => ok(null) });
  }
  const proof = await readDpopProof(c);
  if (!proof.ok) return err(invalidDpopProof(proof.error));
  return ok({
    jkt: proof.value.jkt,
    proof: proof.value,
    useProof: async () => {
      const used = await consumeDpopProof(c, proof.value);
      return used.ok ? ok(null) : err(invalidDpopProof(used.error));
    },
  });
}
