import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import { currentNonce, nonceExpiry } from "../../oidc/dpop/dpop-nonce.ts";
import type { Client } from "../../config/index.ts";
import { algorithmsOf } from "../../oidc/clients/client-algorithms.ts";
import { verifyDpopProof, type DpopProof } from "../../oidc/dpop/dpop-proof.ts";
import { invalidDpopProof, PROOF_USED, type OAuthError } from "../../oidc/errors.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { consumeJti } from "../../oidc/dpop/jti-replay-cache.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * Verifies the proof in the `DPoP` header (RFC 9449 §4.3). `accessToken`: the token in the request,
 * if any. `client`: whose proof it is, if known. Two headers arrive as one text with a comma, which is not a valid proof.
 *
 * The response gets a nonce if the proof needs one or has one (RFC 9449 §8, §8.2).
 */
export async function readDpopProof(
  c: Context<AppEnv>,
  { accessToken, client }: { accessToken?: string; client?: Client } = {},
): Promise<Result<DpopProof, OAuthError>> {
  const proof = c.req.header("DPoP");
  if (proof === undefined)
    return err(invalidDpopProof("The DPoP proof is missing.", "proof_missing"));
  const { issuer } = c.var.config;
  const algorithms = client && algorithmsOf(client);
  const request = {
    method: c.req.method,
    uri: issuer + c.req.path,
    ...defined({ accessToken, algorithms }),
  };
  const now = Date.now();
  const verified = await verifyDpopProof(proof, request, now, (nonce) =>
    nonceExpiry(c.env, nonce, now),
  );
  const needsNonce = verified.ok
    ? verified.value.nonce !== undefined
    : verified.error.code === "use_dpop_nonce";
  if (needsNonce) c.res.headers.set("DPoP-Nonce", await currentNonce(c.env, now));
  return verified;
}

/**
 * Stores that a proof was used (RFC 9449 §11.1), and returns the thumbprint of its key. Called
 * last, so that a request which is rejected anyway writes nothing.
 */
export async function consumeDpopProof(
  c: Context<AppEnv>,
  { jkt, jti, until }: DpopProof,
): Promise<Result<string, OAuthError>> {
  const first = await consumeJti(c.env, { jkt }, jti, until);
  return first ? ok(jkt) : err(PROOF_USED);
}
