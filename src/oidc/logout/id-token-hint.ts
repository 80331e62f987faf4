import * as v from "valibot";
import { configOf } from "../../config/index.ts";
import { claimsOf, verifyJws } from "../../lib/verify-jwt.ts";
import { SIGNING_ALGORITHMS } from "../../lib/signature-algorithms.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { publishedKeys, unpublishedKeys } from "../keys/signing-key-cache.ts";
import { keyOfHeader } from "../keys/verification-key.ts";

/** Characters: more than any ID token of this server has. */
const MAX_LENGTH = 8192;

const Claims = v.object({
  iss: v.string(),
  aud: v.string(),
  sub: v.string(),
  sid: v.string(),
});

/** The client, the user and the login that an ID token names. */
export type IdTokenHint = Omit<v.InferOutput<typeof Claims>, "iss">;

/**
 * Verifies an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). It may have
 * expired, since it grants nothing, and is valid as long as its login may live: the public keys are
 * stored longer than they are published (keys/key-rotation.ts). The error is the reason for the
 * operator's log.
 */
export async function readIdTokenHint(
  env: Env,
  hint: string,
): Promise<Result<IdTokenHint, string>> {
  if (hint.length > MAX_LENGTH) return err("id_token_hint_too_long");
  const verified = await verifyJws(
    hint,
    async (header) => {
      const kid = header.kid ?? "";
      const { byKid } = await publishedKeys(env);
      return keyOfHeader(header, byKid.get(kid) ?? (await unpublishedKeys(env)).byKid.get(kid));
    },
    { algorithms: [...SIGNING_ALGORITHMS] },
  );
  if (!verified.ok) return err(`id_token_hint: ${verified.error}`);
  // RFC 8725 §3.11: every other kind of JWT of this server has another `typ`.
  if (verified.value.protectedHeader.typ !== "JWT") return err("id_token_hint_of_another_type");
  const claims = v.safeParse(Claims, claimsOf(hint));
  if (!claims.success) return err("id_token_hint_claims_malformed");
  const { iss, aud, sub, sid } = claims.output;
  if (iss !== configOf(env).issuer) return err("id_token_hint_of_another_issuer");
  return ok({ aud, sub, sid });
}
