import { Hono, type Context } from "hono";
import type { Client } from "../config.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import { DEVICE_CODE_GRANT } from "../oauth/device-request.ts";
import {
  invalidDpopProof,
  invalidRequest,
  UNSUPPORTED_GRANT_TYPE,
  type TokenError,
} from "../oauth/errors.ts";
import type { AppEnv } from "./app-env.ts";
import { readClientRequest } from "./client-request.ts";
import { dpopProofOf, useDpopProof } from "./dpop-key.ts";
import { authorizationCode } from "./grants/authorization-code.ts";
import { deviceCode } from "./grants/device-code.ts";
import { refreshToken } from "./grants/refresh-token.ts";
import type { TokenGrant, TokenRequest } from "./grants/token-grant.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { limitOAuthBody, onOAuthError, refuseOAuth, UNCACHED } from "./oauth-answer.ts";

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
  if (!request.ok) return refuseOAuth(c, request.error);
  const { client, form } = request.value;

  const grantType = form.get("grant_type");
  if (grantType === undefined) return refuseOAuth(c, invalidRequest("grant_type is missing."));
  const grant = GRANTS.get(grantType);
  if (!grant) return refuseOAuth(c, UNSUPPORTED_GRANT_TYPE);

  const proof = await proofOf(c, client);
  if (!proof.ok) return refuseOAuth(c, proof.error);
  const answer = await grant(c, { client, form, ...proof.value });
  return answer.ok ? c.json(answer.value, 200, UNCACHED) : refuseOAuth(c, answer.error);
});

token.all("/", methodNotAllowed("POST"));

/** The key that the tokens are to be bound to, if the client shows one (RFC 9449 §5). */
async function proofOf(
  c: Context<AppEnv>,
  client: Client,
): Promise<Result<Pick<TokenRequest, "jkt" | "proof" | "useProof">, TokenError>> {
  if (c.req.header("DPoP") === undefined && !client.dpop_bound_access_tokens) {
    return success({ useProof: async () => success(null) });
  }
  const proof = await dpopProofOf(c);
  if (!proof.ok) return refusal(invalidDpopProof(proof.error));
  return success({
    jkt: proof.value.jkt,
    proof: proof.value,
    useProof: async () => {
      const used = await useDpopProof(c, proof.value);
      return used.ok ? success(null) : refusal(invalidDpopProof(used.error));
    },
  });
}
