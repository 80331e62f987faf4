import { Hono } from "hono";
import type { LinkError } from "../../accounts/account-rpc.ts";
import { PHONE_CLIENT_ID } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { hmacSha256, sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import { openAccount, parseCode } from "../../oidc/token/code-reference.ts";
import { LinkBody } from "../../protocol/account-requests.ts";
import type { ProblemCode } from "../../protocol/problem-codes.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { jsonBody } from "../middleware/request-body.ts";
import { phoneSessionInit, startPhoneSession } from "./phone-session.ts";

/**
 * Signs a new phone in by the code that it showed and another phone of the account approved. It becomes a phone of the
 * account, not a device: no tokens are issued and no login is recorded. As at the token endpoint, a repeated code is a
 * retry, which signs the same phone in, or reuse.
 */
export const linkPhone = new Hono<AppEnv>();

linkPhone.post("/", async (c) => {
  const { code: text, code_verifier } = await jsonBody(c, LinkBody);
  const parsed = parseCode(text);
  if (!parsed) throw new ProblemError("invalid_request", { detail: "code is not as documented" });
  const { code, sessionId, reference } = parsed;
  const account =
    reference === undefined ? undefined : await openAccount(c.env, sessionId, reference);
  const session = sessionStub(c.env, sessionId);
  // The reference was not sealed here: the code is forged, and no Durable Object is called.
  if (!session || (reference !== undefined && account === undefined)) {
    throw new ProblemError("code_invalid");
  }
  const presented = {
    codeHash: await sha256(code),
    clientId: PHONE_CLIENT_ID,
    proof: {
      grant: "authorization_code" as const,
      verifierHash: await sha256(code_verifier),
    },
  };
  const seed = randomToken();
  const phone = await phoneSessionInit(c, await phoneSecret(seed, code));
  const linked = await session.link(
    { presented, code, ...defined({ sub: account }) },
    { ...phone, seed },
  );
  if (!linked.ok) throw new ProblemError(problemOf(linked.error), { reason: linked.error });
  const { sub, name, seed: acceptedSeed } = linked.value;
  return await startPhoneSession(c, { sub, name, secret: await phoneSecret(acceptedSeed, code) });
});

linkPhone.all("/", methodNotAllowed("POST"));

/** Most errors are the same for the client, so that probing with a stolen code reveals nothing. */
function problemOf(error: LoginErrorCode | LinkError): ProblemCode {
  return error === "phone_unconfirmed" || error === "wrong_account" ? error : "code_invalid";
}

/**
 * The secret of a phone that a code signs in. It is derived from the code, so that a retry gets the same cookie although
 * the account stores only its hash.
 */
function phoneSecret(seed: string, code: string): Promise<string> {
  return hmacSha256(seed, `phone ${code}`);
}
