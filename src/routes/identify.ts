import type { Context } from "hono";
import { accountStub } from "../accounts/account-stub.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../config.ts";
import { callTwice } from "../durable-objects/unavailable.ts";
import type { AccountClaims } from "../login/session.ts";
import { parseAuthorization } from "../oauth/authorization-header.ts";
import { verifyBearer } from "../phone/bearer.ts";
import type { AppEnv } from "./app-env.ts";
import { dpopProofOf, useDpopProof } from "./dpop-key.ts";
import { isFirstParty, isSafe } from "./first-party.ts";
import { phoneKey } from "./phone-cookie.ts";
import { ProblemError } from "./problem-answer.ts";

/**
 * Who holds the phone that asks, or undefined where it isn't signed in. An `Authorization` header is
 * the only thing looked at where there is one: an app that presents a token means to be known by it
 * alone, and a token that is bound to a key comes with a proof for this very request (RFC 9449 §7.1).
 * A cookie counts only for a page of our own. Credentials that are refused are an error, never the
 * same as none.
 */
export async function identify(c: Context<AppEnv>): Promise<AccountClaims | undefined> {
  const authorization = c.req.header("Authorization");
  return authorization === undefined ? byCookie(c) : await byToken(c, authorization);
}

async function byToken(c: Context<AppEnv>, authorization: string): Promise<AccountClaims> {
  const presented = parseAuthorization(authorization);
  if (!presented) throw new ProblemError("access_token_invalid");
  const { scheme, token } = presented;
  const proof = scheme === "DPoP" ? await dpopProofOf(c, token) : undefined;
  if (proof?.ok === false) throw new ProblemError("dpop_proof_invalid", proof.error);
  const { issuers } = c.var.config;
  const prefixes = Array.from(issuers.values(), (issuer) => issuer.subject_prefix);
  const account = await verifyBearer(
    token,
    issuers,
    [ACCOUNT_SUBJECT_PREFIX, ...prefixes],
    proof?.value.jkt,
  );
  if (!account.ok) throw new ProblemError(account.error);
  if (proof) {
    const used = await useDpopProof(c, proof.value);
    if (!used.ok) throw new ProblemError("dpop_proof_invalid", used.error);
  }
  return account.value;
}

async function byCookie(c: Context<AppEnv>): Promise<AccountClaims | undefined> {
  if (!c.var.config.passkeys) return undefined;
  const phone = await phoneKey(c);
  if (!phone) return undefined;
  if (!isSafe(c.req.method) && !isFirstParty(c)) throw new ProblemError("origin_not_allowed");
  const known = await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash));
  return known.ok ? { sub: phone.sub, ...known.value } : undefined;
}
