import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { AuthenticatedUser } from "../../login-session/domain/session.ts";
import { parseAuthorization } from "../../oidc/clients/authorization-header.ts";
import { verifyAccessToken } from "../../trusted-issuers/verify-access-token.ts";
import type { AppEnv } from "../app-env.ts";
import { readDpopProof, consumeDpopProof } from "../oauth/dpop.ts";
import { isFirstParty, isSafe } from "./same-origin.ts";
import { phoneKey } from "../account/phone-cookie.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * Who holds the phone that asks, or undefined where it isn't signed in. An `Authorization` header is
 * the only thing looked at where there is one: an app that presents a token means to be known by it
 * alone, and a token that is bound to a key comes with a proof for this very request (RFC 9449 §7.1).
 * A cookie counts only for a page of our own. Credentials that are refused are an error, never the
 * same as none.
 */
export async function authenticateApprover(
  c: Context<AppEnv>,
): Promise<AuthenticatedUser | undefined> {
  const authorization = c.req.header("Authorization");
  return authorization === undefined ? byCookie(c) : await byToken(c, authorization);
}

async function byToken(c: Context<AppEnv>, authorization: string): Promise<AuthenticatedUser> {
  const presented = parseAuthorization(authorization);
  if (!presented) throw new ProblemError("access_token_invalid");
  const { scheme, token } = presented;
  const proof = scheme === "DPoP" ? await readDpopProof(c, token) : undefined;
  if (proof?.ok === false) throw new ProblemError("dpop_proof_invalid", proof.error);
  const { issuers } = c.var.config;
  const prefixes = Array.from(issuers.values(), (issuer) => issuer.subject_prefix);
  const account = await verifyAccessToken(
    token,
    issuers,
    [ACCOUNT_SUBJECT_PREFIX, ...prefixes],
    proof?.value.jkt,
  );
  if (!account.ok) throw new ProblemError(account.error);
  if (proof) {
    const used = await consumeDpopProof(c, proof.value);
    if (!used.ok) throw new ProblemError("dpop_proof_invalid", used.error);
  }
  return account.value;
}

async function byCookie(c: Context<AppEnv>): Promise<AuthenticatedUser | undefined> {
  if (!c.var.config.passkeys) return undefined;
  const phone = await phoneKey(c);
  if (!phone) return undefined;
  if (!isSafe(c.req.method) && !isFirstParty(c)) throw new ProblemError("origin_not_allowed");
  const known = await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash));
  return known.ok ? { sub: phone.sub, ...known.value } : undefined;
}
