import { Hono, type Context } from "hono";
import type { Client } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { ok, type Result } from "../../lib/result.ts";
import { readResources } from "../../oidc/authorization/resource-indicators.ts";
import { DEVICE_CODE_GRANT } from "../../oidc/token/device-code-request.ts";
import { invalidRequest, UNSUPPORTED_GRANT_TYPE, type OAuthError } from "../../oidc/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { authorizationCode } from "./grants/authorization-code.ts";
import { deviceCode } from "./grants/device-code.ts";
import { refreshToken } from "./grants/refresh-token.ts";
import type { TokenGrant, TokenRequest } from "./grants/token-grant.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/** The grants by `grant_type`. */
const GRANTS = new Map<string, TokenGrant>([
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
  [DEVICE_CODE_GRANT, deviceCode],
]);

/**
 * The token endpoint (RFC 6749 §3.2): authenticates the client, verifies the DPoP proof, and calls
 * the grant.
 */
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

  const resources = readResources(client, c.var.config.issuer, request.value.resources);
  if (!resources.ok) return oauthError(c, resources.error);
  const proof = await proofOf(c, client);
  if (!proof.ok) return oauthError(c, proof.error);
  const tokens = await grant(c, {
    client,
    form,
    ...proof.value,
    ...defined({ resources: resources.value }),
  });
  return tokens.ok ? c.json(tokens.value, 200, NO_STORE) : oauthError(c, tokens.error);
});

token.all("/", methodNotAllowed("POST"));

/** The DPoP proof, whose key the tokens are bound to (RFC 9449 §5). */
async function proofOf(
  c: Context<AppEnv>,
  client: Client,
): Promise<Result<Pick<TokenRequest, "jkt" | "proof" | "useProof">, OAuthError>> {
  if (c.req.header("DPoP") === undefined && !client.dpop_bound_access_tokens) {
    return ok({ useProof: async () => ok(null) });
  }
  const proof = await readDpopProof(c, { client });
  if (!proof.ok) return proof;
  return ok({
    jkt: proof.value.jkt,
    proof: proof.value,
    useProof: async () => {
      const used = await consumeDpopProof(c, proof.value);
      return used.ok ? ok(null) : used;
    },
  });
}
