import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { sha256 } from "../../crypto/digest.ts";
import { refusal, type LoginError, type Result } from "../../login/errors.ts";
import type { Redeem } from "../../login/command.ts";
import { looksStolen } from "../../oauth/errors.ts";
import { ownSigner } from "../../oauth/own-jwt.ts";
import type { TokenAnswer } from "../../oauth/tokens.ts";
import { sessionStub } from "../../object/session-stub.ts";
import type { AppEnv } from "../app-env.ts";
import { beginLogin } from "./begin-login.ts";
import type { TokenRequest } from "./token-grant.ts";

/** A code, which names its session, and the proof that the one who began the login redeems it. */
export interface Redemption {
  code: string;
  sessionId: string;
  proof: Redeem["proof"];
}

/**
 * Redeems the code of a login session, of either grant, for tokens. Why it doesn't redeem is said
 * precisely: what of that the client may know is for its grant to decide.
 */
export async function redeemCode(
  c: Context<AppEnv>,
  request: TokenRequest,
  { code, sessionId, proof }: Redemption,
): Promise<Result<TokenAnswer, LoginError | "login_ended">> {
  const { client, jkt } = request;
  const session = sessionStub(c.env, sessionId);
  if (!session) return refusal("session_not_found");
  // A code is used up by one try, so what could fail must have gone well before it.
  const sign = await ownSigner(c.env);
  const redeemed = await session.redeem({
    codeHash: await sha256(code),
    clientId: client.client_id,
    proof,
    ...(jkt === undefined ? {} : { jkt }),
  });
  if (redeemed.ok) return await beginLogin(c, request, { grant: redeemed.value, code, sign });

  const { error } = redeemed;
  if (looksStolen(error)) console.warn(`A code of ${client.client_id} was refused: ${error}`);
  // RFC 6749 §4.1.2: what a code gave that comes a second time is revoked.
  if ("sub" in redeemed) {
    await accountStub(c.env, redeemed.sub).codeReused(sessionId, client.client_id);
  }
  return refusal(error);
}
