import { errors } from "jose";
import * as v from "valibot";
import { configOf } from "../../config/index.ts";
import { claimsOf, verifyJws } from "../../lib/verify-jwt.ts";
import { ALGORITHM } from "../../lib/jwk.ts";
import { publishedKeys } from "../keys/signing-key-cache.ts";

/** Longer than any ID token of ours. */
const MAX_LENGTH = 8192;

const Claims = v.object({
  iss: v.string(),
  aud: v.string(),
  sub: v.string(),
  sid: v.string(),
});

/** Whose login an ID token tells of, and to whom. */
export type IdTokenHint = Omit<v.InferOutput<typeof Claims>, "iss">;

/**
 * Reads an ID token of ours that comes back as a hint (OpenID Connect Core §3.1.2.1, RP-Initiated
 * Logout §2), or undefined for anything else. It may have expired, since it isn't used to get in; one
 * so old that its key is gone is no longer known as ours.
 */
export async function readIdTokenHint(env: Env, hint: string): Promise<IdTokenHint | undefined> {
  if (hint.length > MAX_LENGTH) return undefined;
  const { byKid } = await publishedKeys(env);
  const verified = await verifyJws(
    hint,
    ({ kid }) => {
      const key = byKid.get(kid ?? "");
      if (!key) throw new errors.JWKSNoMatchingKey();
      return key;
    },
    // RFC 8725 §3.1: the algorithm is ours to say, not the token's.
    { algorithms: [ALGORITHM] },
  );
  // RFC 8725 §3.11: our other kinds of JWT have names of their own.
  if (verified?.protectedHeader.typ !== "JWT") return undefined;
  const claims = v.safeParse(Claims, claimsOf(hint));
  if (!claims.success || claims.output.iss !== configOf(env).issuer) return undefined;
  const { aud, sub, sid } = claims.output;
  return { aud, sub, sid };
}
