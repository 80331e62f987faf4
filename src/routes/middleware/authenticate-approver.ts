import type { Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";
import { parseAuthorization } from "../../oidc/clients/authorization-header.ts";
import type { OAuthError } from "../../oidc/errors.ts";
import { verifyAccessToken } from "../../trusted-issuers/verify-access-token.ts";
import type { AppEnv } from "../app-env.ts";
import { readDpopProof, consumeDpopProof } from "../oauth/dpop.ts";
import { isFirstParty, isSafe } from "./same-origin.ts";
import { phoneKey } from "../account/phone-cookie.ts";
import { ProblemError } from "./problem-response.ts";

/**
 * The user of the phone that sent the request; undefined if the phone is not signed in. If there is
 * an `Authorization` header, only that is used: a token of a trusted issuer, with a DPoP proof if
 * it is bound to a key (RFC 9449 §7.1). Otherwise the cookie, which counts only for our own pages.
 * Invalid credentials are an error, never the same as none.
 */
export async function authenticateApprover(
  c: Context<AppEnv>,
): Promise<AuthenticatedUser | undefined> {
  const authorization = c.req.header("Authorization");
  return authorization === undefined ? byCookie(c) : await byToken(c, authorization);
}

async function byToken(c: Context<AppEnv>, authorization: string): Promise<AuthenticatedUser> {
  const presented = parseAuthorization(authorization);
  if (!presented) {
    throw new ProblemError("access_token_invalid", { reason: "authorization_header_malformed" });
  }
  const { scheme, token } = presented;
  const proof = scheme === "DPoP" ? await readDpopProof(c, { accessToken: token }) : undefined;
  if (proof?.ok === false) throw invalidProof(proof.error);
  const { issuers } = c.var.config;
  const prefixes = Array.from(issuers.values(), (issuer) => issuer.subject_prefix);
  const user = await verifyAccessToken(
    token,
    issuers,
    [ACCOUNT_SUBJECT_PREFIX, ...prefixes],
    proof?.value.jkt,
  );
  if (!user.ok) {
    const { code, ...details } = user.error;
    throw new ProblemError(code, details);
  }
  const used = proof && (await consumeDpopProof(c, proof.value));
  if (used?.ok === false) throw invalidProof(used.error);
  return user.value;
}

/** RFC 9449 §7.1, §9. */
function invalidProof({ code, description, reason }: OAuthError): ProblemError {
  const challenge = `DPoP realm="qr-login", error="${code}"`;
  const details = { detail: description, challenge, ...defined({ reason }) };
  return new ProblemError("dpop_proof_invalid", details);
}

async function byCookie(c: Context<AppEnv>): Promise<AuthenticatedUser | undefined> {
  if (!c.var.config.passkeys) return undefined;
  const phone = await phoneKey(c);
  if (!phone) return undefined;
  if (!isSafe(c.req.method) && !isFirstParty(c)) throw new ProblemError("origin_not_allowed");
  const known = await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash));
  return known.ok ? { sub: phone.sub, ...known.value } : undefined;
}
