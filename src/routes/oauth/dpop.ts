import { defined } from "../../lib/defined.ts";
import type { Context } from "hono";
import { verifyDpopProof, type DpopProof } from "../../oidc/dpop/dpop-proof.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { consumeJti } from "../../oidc/dpop/jti-replay-cache.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * The proof in a request's `DPoP` header (RFC 9449 §4.3), checked for this very request; `accessToken`
 * where one came with it. Two headers arrive here as one text with a comma, which is no proof.
 */
export async function readDpopProof(
  c: Context<AppEnv>,
  accessToken?: string,
): Promise<Result<DpopProof, string>> {
  const proof = c.req.header("DPoP");
  if (proof === undefined) return err("The DPoP proof is missing.");
  const { issuer } = c.var.config;
  const request = {
    method: c.req.method,
    uri: issuer + c.req.path,
    ...defined({ accessToken }),
  };
  return await verifyDpopProof(proof, request, Date.now());
}

/**
 * Takes note that a proof was used (RFC 9449 §11.1), and gives its key. This comes last, when all
 * else is in order: what is refused anyway needs no note.
 */
export async function consumeDpopProof(
  c: Context<AppEnv>,
  { jkt, jti, until }: DpopProof,
): Promise<Result<string, string>> {
  const first = await consumeJti(c.env, { jkt }, jti, until);
  return first ? ok(jkt) : err("The DPoP proof was used before.");
}
