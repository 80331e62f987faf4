import { Hono } from "hono";
import * as v from "valibot";
import { accountStub } from "../accounts/account-stub.ts";
import { PHONE_CLIENT_ID } from "../config.ts";
import { sha256 } from "../crypto/digest.ts";
import { sessionStub } from "../object/session-stub.ts";
import type { AppEnv } from "./app-env.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { isAccountSubject } from "./phone-cookie.ts";
import { letIn, newPhone } from "./phone-entry.ts";
import { ProblemError } from "./problem-answer.ts";
import { jsonBody } from "./request-body.ts";

/**
 * A new phone comes in by the code that it showed and that a phone of the account approved. It is a
 * phone from now on and no device: nothing is issued to anybody, so there is no login to remember.
 */
export const linkPhone = new Hono<AppEnv>();

const LinkBody = v.strictObject({
  code: v.pipe(v.string(), v.regex(/^[\w-]{43}\.[\w-]{43}$/)),
  /** RFC 7636 §4.1. */
  code_verifier: v.pipe(v.string(), v.regex(/^[\w.~-]{43,128}$/)),
});

linkPhone.post("/", async (c) => {
  const { code, code_verifier } = await jsonBody(c, LinkBody);
  const [sessionId = ""] = code.split(".");
  const session = sessionStub(c.env, sessionId);
  if (!session) throw new ProblemError("code_invalid");
  const redeemed = await session.redeem({
    codeHash: await sha256(code),
    clientId: PHONE_CLIENT_ID,
    proof: { grant: "authorization_code", verifierHash: await sha256(code_verifier) },
  });
  if (!redeemed.ok) {
    if ("sub" in redeemed) {
      await accountStub(c.env, redeemed.sub).codeReused(sessionId, PHONE_CLIENT_ID);
    }
    throw new ProblemError("code_invalid");
  }

  const { sub, phone: approver } = redeemed.value.account;
  // Who is known by another issuer's tokens has no account here that a phone could be signed in to.
  if (!isAccountSubject(sub) || approver === undefined) throw new ProblemError("wrong_account");
  const { secret, phone } = await newPhone(c);
  const linked = await accountStub(c.env, sub).link(sessionId, phone, approver);
  if (!linked.ok) {
    throw new ProblemError(linked.error === "phone_unconfirmed" ? linked.error : "code_invalid");
  }
  await letIn(c, sub, secret);
  return c.json({ account: { sub, name: linked.value.name } });
});

linkPhone.all("/", methodNotAllowed("POST"));
