import { Hono, type Context } from "hono";
import * as v from "valibot";
import type { LinkError } from "../../accounts/account-authentication.ts";
import { PHONE_CLIENT_ID } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { hmacSha256, sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { LoginErrorCode } from "../../login-session/domain/errors.ts";
import { openAccount, parseCode } from "../../oidc/token/code-reference.ts";
import type { LinkedToAccount } from "../../login-session/durable-object/redemption.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import type { ProblemCode } from "../../protocol/problem.ts";
import type { AppEnv } from "../app-env.ts";
import { eventContextOf } from "../middleware/request-context.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { startPhoneSession } from "./phone-session.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { jsonBody } from "../middleware/request-body.ts";

/**
 * A new phone comes in by the code that it showed and that a phone of the account approved. It is a
 * phone from now on and no device: nothing is issued to anybody, so there is no login to remember. A code
 * that comes again is what it is at the token endpoint: a retry, which lets the same phone in, or reuse.
 */
export const linkPhone = new Hono<AppEnv>();

const LinkBody = v.strictObject({
  code: v.pipe(
    v.string(),
    v.check((text) => parseCode(text) !== undefined),
  ),
  /** RFC 7636 §4.1. */
  code_verifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/)),
});

linkPhone.post("/", async (c) => {
  const { code: text, code_verifier } = await jsonBody(c, LinkBody);
  const { code = "", sessionId = "", reference } = parseCode(text) ?? {};
  const account =
    reference === undefined ? undefined : await openAccount(c.env, sessionId, reference);
  const session = sessionStub(c.env, sessionId);
  // A reference that was not sealed here: no object is asked about a forged code.
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
  const secretHash = await sha256(await phoneSecret(seed, code));
  const linked = await session.link(
    { presented, code, ...defined({ sub: account }) },
    { secretHash, from: eventContextOf(c), seed },
  );
  if (!linked.ok) throw new ProblemError(problemOf(linked.error));
  return await welcome(c, linked.value, code);
});

linkPhone.all("/", methodNotAllowed("POST"));

/** Most of what a code lacks is nothing that a thief should learn. */
function problemOf(error: LoginErrorCode | LinkError): ProblemCode {
  return error === "phone_unconfirmed" || error === "wrong_account" ? error : "code_invalid";
}

async function welcome(
  c: Context<AppEnv>,
  { sub, name, seed }: LinkedToAccount,
  code: string,
): Promise<Response> {
  await startPhoneSession(c, sub, await phoneSecret(seed, code));
  return c.json({ account: { sub, name } });
}

/**
 * The secret of a phone that a code lets in. It is derived from the code, so that a retry whose answer was
 * lost is answered with the same cookie although the account has only its hash.
 */
function phoneSecret(seed: string, code: string): Promise<string> {
  return hmacSha256(seed, `phone ${code}`);
}
