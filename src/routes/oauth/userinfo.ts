import { Hono, type Context } from "hono";
import { accountStub } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config/index.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { readAccessToken, type AccessToken } from "../../oidc/token/access-token.ts";
import {
  parseAuthorization,
  type PresentedToken,
} from "../../oidc/clients/authorization-header.ts";
import { TOO_MANY_REQUESTS } from "../../oidc/errors.ts";
import { hasScope } from "../../oidc/token/user-claims.ts";
import type { AppEnv } from "../app-env.ts";
import { readDpopProof, consumeDpopProof } from "./dpop.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { onOAuthError, oauthError } from "./oauth-response.ts";
import { isKeyWithinRate, isWithinRate } from "../middleware/rate-limit.ts";

/**
 * Who an access token of ours is for (OpenID Connect Core §5.3). It comes in the Authorization header,
 * by itself (RFC 6750 §2.1) or with the proof of its key (RFC 9449 §7.1); not in a body or an address.
 */
export const userinfo = new Hono<AppEnv>();

userinfo.onError(onOAuthError);

userinfo.on(["GET", "POST"], "/", async (c) => {
  // Addresses are logged and kept in histories; a token in one is not taken (RFC 9700 §4.3.2).
  if (c.req.query("access_token") !== undefined) {
    return refuse(c, {
      error: "invalid_request",
      description: "The token must be in the Authorization header.",
    });
  }
  const authorization = c.req.header("Authorization") ?? "";
  const presented = parseAuthorization(authorization);
  const read = presented && (await readAccessToken(c.env, presented.token));
  if (!(await isWithinUserinfoRate(c, read))) return oauthError(c, TOO_MANY_REQUESTS);
  if (!/^(Bearer|DPoP)( |$)/i.test(authorization)) return refuse(c);

  const token = await acceptedToken(c, presented, read);
  if (!token.ok) return refuse(c, token.error);
  const { sub, name, email, email_verified } = token.value;
  return c.json({ sub, name, email, email_verified }, 200, { "Cache-Control": "no-store" });
});

userinfo.all("/", methodNotAllowed("GET", "POST"));

/**
 * A token of ours is counted by its login; one of a confidential client only so, since its server may
 * ask for all its people from one address. Everything else is counted by address.
 */
async function isWithinUserinfoRate(
  c: Context<AppEnv>,
  token: AccessToken | undefined,
): Promise<boolean> {
  const client = token && c.var.config.clients.get(token.client_id);
  const isCountedByAddress = client === undefined || isPublicClient(client);
  if (isCountedByAddress && !(await isWithinRate(c, "TOKEN_LIMIT", "userinfo"))) return false;
  return token === undefined || (await isKeyWithinRate(c.env, "TOKEN_LIMIT", `sid ${token.sid}`));
}

/** RFC 6750 §3.1, RFC 9449 §7.1. */
interface Refusal {
  error: "invalid_request" | "invalid_token" | "invalid_dpop_proof" | "insufficient_scope";
  description: string;
}

const invalidToken = (description: string) => err<Refusal>({ error: "invalid_token", description });

async function acceptedToken(
  c: Context<AppEnv>,
  presented: PresentedToken | undefined,
  token: AccessToken | undefined,
): Promise<Result<AccessToken, Refusal>> {
  if (!presented || !token) return invalidToken("The access token is not valid here.");

  // RFC 9449 §7.2: what is bound to a key doesn't count without it; §7.1: nor a proof for what isn't bound.
  if (presented.scheme === "Bearer" && token.cnf) {
    return invalidToken(
      "The access token is bound to a key: it needs the DPoP scheme and a proof.",
    );
  }
  const proof = presented.scheme === "DPoP" ? await readDpopProof(c, presented.token) : undefined;
  if (proof?.ok === false) return invalidProof(proof.error);
  if (proof && token.cnf?.jkt !== proof.value.jkt) {
    return invalidToken("The access token is not bound to the key of the DPoP proof.");
  }

  // The token itself doesn't know whether its login was ended meanwhile.
  if (!(await accountStub(c.env, token.sub).isLoggedIn(token.sid))) {
    return invalidToken("The login that gave this access token has ended.");
  }
  if (!hasScope(token.scope, "openid")) {
    return err({
      error: "insufficient_scope",
      description: "The access token has no scope openid.",
    });
  }
  // RFC 9449 §11.1: that the proof was used is stored once everything else is known to be good.
  const used = proof && (await consumeDpopProof(c, proof.value));
  if (used?.ok === false) return invalidProof(used.error);
  return ok(token);
}

function invalidProof(description: string) {
  return err<Refusal>({ error: "invalid_dpop_proof", description });
}

const STATUS = {
  invalid_request: 400,
  invalid_token: 401,
  invalid_dpop_proof: 401,
  insufficient_scope: 403,
} as const;

/** RFC 6750 §3: who presented a token is told what is wrong with it; who didn't, only what to present. */
function refuse(c: Context<AppEnv>, refused?: Refusal): Response {
  const challenges = {
    bearer: 'Bearer realm="qr-login"',
    dpop: `DPoP realm="qr-login", algs="${SIGNATURE_ALGORITHMS.join(" ")}"`,
  };
  c.header("Cache-Control", "no-store");
  const tried = /^DPoP/i.test(c.req.header("Authorization") ?? "") ? "dpop" : "bearer";
  if (refused) {
    const { error, description } = refused;
    const needed = error === "insufficient_scope" ? ', scope="openid"' : "";
    challenges[tried] += `, error="${error}", error_description="${description}"${needed}`;
  }
  // RFC 9449 §7.2: either scheme is taken; the one that was tried comes first.
  const order = tried === "dpop" ? [challenges.dpop, challenges.bearer] : Object.values(challenges);
  for (const challenge of order) c.header("WWW-Authenticate", challenge, { append: true });
  if (!refused) return c.body(null, 401);
  const { error, description } = refused;
  return c.json({ error, error_description: description }, STATUS[error]);
}
