import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { readAccessToken, type AccessToken } from "../../oidc/token/access-token.ts";
import {
  parseAuthorization,
  type PresentedToken,
} from "../../oidc/clients/authorization-header.ts";
import { invalidRequest, TOO_MANY_REQUESTS, type OAuthError } from "../../oidc/errors.ts";
import { hasScope } from "../../oidc/token/user-claims.ts";
import type { AppEnv } from "../app-env.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { onOAuthError, oauthError, setLoggedClient } from "./oauth-response.ts";
import { isKeyWithinRate, isWithinRate } from "../middleware/rate-limit.ts";

/**
 * The UserInfo endpoint (OpenID Connect Core §5.3). The access token must be in the Authorization
 * header (RFC 6750 §2.1), with a DPoP proof if it is bound to a key (RFC 9449 §7.1).
 */
export const userinfo = new Hono<AppEnv>();

userinfo.onError(onOAuthError);

userinfo.on(["GET", "POST"], "/", async (c) => {
  // RFC 9700 §4.3.2: URLs are logged and kept in browser histories.
  if (c.req.query("access_token") !== undefined) {
    return reject(c, invalidRequest("The token must be in the Authorization header."));
  }
  const authorization = c.req.header("Authorization") ?? "";
  const presented = parseAuthorization(authorization);
  const read = presented
    ? await readAccessToken(c.env, presented.token)
    : err("authorization_header_malformed");
  if (!(await isWithinUserinfoRate(c, read.ok ? read.value : undefined))) {
    return oauthError(c, TOO_MANY_REQUESTS);
  }
  if (!/^(Bearer|DPoP)( |$)/i.test(authorization)) return challenge(c);

  const token = await validateToken(c, presented, read);
  if (!token.ok) return reject(c, token.error);
  return c.json(infoOf(token.value), 200, { "Cache-Control": "no-store" });
});

userinfo.all("/", methodNotAllowed("GET", "POST"));

/** OpenID Connect Core §5.3.2. What the scope and the `claims` parameter give is in the access token. */
function infoOf(token: AccessToken): object {
  const { sub, name, email, email_verified, userinfo_claims = [] } = token;
  const requested = Object.fromEntries(userinfo_claims.map((claim) => [claim, token[claim]]));
  return { sub, name, email, email_verified, ...requested };
}

/**
 * A valid token is counted by its login. A public client's token, and a request without a valid
 * token, is also counted by network; a confidential client's is not, since its server sends the
 * requests of all its users.
 */
async function isWithinUserinfoRate(
  c: Context<AppEnv>,
  token: AccessToken | undefined,
): Promise<boolean> {
  setLoggedClient(c, token?.client_id);
  const client = token && c.var.config.clients.get(token.client_id);
  const isCountedByAddress = client === undefined || isPublicClient(client);
  if (isCountedByAddress && !(await isWithinRate(c, "TOKEN_LIMIT", "userinfo"))) return false;
  return token === undefined || (await isKeyWithinRate(c.env, "TOKEN_LIMIT", `sid ${token.sid}`));
}

const invalidToken = (description: string, reason?: string) =>
  err<OAuthError>({ code: "invalid_token", description, status: 401, ...defined({ reason }) });

async function validateToken(
  c: Context<AppEnv>,
  presented: PresentedToken | undefined,
  read: Result<AccessToken, string>,
): Promise<Result<AccessToken, OAuthError>> {
  if (!presented || !read.ok) {
    const reason = read.ok ? "authorization_header_malformed" : read.error;
    return invalidToken("The access token is not valid here.", reason);
  }
  const token = read.value;

  // RFC 9449 §7.2: a bound token needs a proof; §7.1: a proof needs a bound token.
  if (presented.scheme === "Bearer" && token.cnf) {
    const description = "The access token is bound to a key: it needs the DPoP scheme and a proof.";
    return invalidToken(description, "proof_missing");
  }
  const client = c.var.config.clients.get(token.client_id);
  const proof =
    presented.scheme === "DPoP"
      ? await readDpopProof(c, { accessToken: presented.token, ...defined({ client }) })
      : undefined;
  if (proof?.ok === false) return err({ ...proof.error, status: 401 });
  if (proof && token.cnf?.jkt !== proof.value.jkt) {
    const description = "The access token is not bound to the key of the DPoP proof.";
    return invalidToken(description, "dpop_key_mismatch");
  }

  if (!(await accountStub(c.env, token.sub).isLoggedIn(token.sid))) {
    return invalidToken("The login that gave this access token has ended.");
  }
  if (!hasScope(token.scope, "openid")) {
    return err({
      code: "insufficient_scope",
      description: "The access token has no scope openid.",
      status: 403,
    });
  }
  // RFC 9449 §11.1: the proof is consumed after all other checks.
  const used = proof && (await consumeDpopProof(c, proof.value));
  return used?.ok === false ? err({ ...used.error, status: 401 }) : ok(token);
}

/** RFC 6750 §3.1: an error with the challenge of the scheme that was used. */
function reject(c: Context<AppEnv>, error: OAuthError): Response {
  const response = oauthError(c, error);
  for (const value of challenges(c, error)) response.headers.append("WWW-Authenticate", value);
  return response;
}

/** RFC 6750 §3: a request without a token gets the challenges without an error code. */
function challenge(c: Context<AppEnv>): Response {
  c.header("Cache-Control", "no-store");
  for (const value of challenges(c)) c.header("WWW-Authenticate", value, { append: true });
  return c.body(null, 401);
}

/** RFC 9449 §7.2: one challenge for each scheme; the one that was used comes first, with the error. */
function challenges(c: Context<AppEnv>, error?: OAuthError): string[] {
  const bearer = 'Bearer realm="qr-login"';
  const dpop = `DPoP realm="qr-login", algs="${SIGNATURE_ALGORITHMS.join(" ")}"`;
  const isDpop = /^DPoP/i.test(c.req.header("Authorization") ?? "");
  const [used, other] = isDpop ? [dpop, bearer] : [bearer, dpop];
  if (!error) return [used, other];
  const scope = error.code === "insufficient_scope" ? ', scope="openid"' : "";
  return [
    `${used}, error="${error.code}", error_description="${error.description}"${scope}`,
    other,
  ];
}
