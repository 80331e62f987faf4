import * as v from "valibot";
import { SecureUrl, seconds, text } from "./validators.ts";

/** An identity provider whose access tokens may approve logins: `[[vars.ISSUERS]]`. */
export const TrustedIssuer = v.strictObject({
  /** Must equal `iss`. */
  issuer: SecureUrl,
  /** Must be in `aud`: the issuer's name for this server. */
  audience: text(200),
  jwks_uri: SecureUrl,
  /** Prepended to `sub`, so that users of several issuers have different subjects. */
  subject_prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x21-\x7e]{0,50}$/, "must be at most 50 printable ASCII characters"),
    ),
    "",
  ),
  /**
   * The `typ` of its access tokens. RFC 9068 §4 requires "at+jwt"; the others are for issuers that
   * don't follow it. "any": "at+jwt", "JWT" or none.
   */
  token_type: v.optional(
    v.picklist(["at+jwt", "JWT", "any"], 'must be "at+jwt", "JWT" or "any"'),
    "at+jwt",
  ),
  /** The scopes that an access token needs to approve a login (RFC 6749 §3.3). */
  required_scope: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(
        /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
        "must be scopes separated by single spaces",
      ),
      v.maxLength(200, "must be at most 200 characters long"),
    ),
  ),
  /** The clients whose tokens may approve, by `client_id` or `azp`. Without it, all. */
  allowed_clients: v.exactOptional(
    v.pipe(v.array(text(200)), v.minLength(1, "must name at least one client")),
  ),
  /** The longest accepted lifetime of an access token, in seconds. */
  max_lifetime: v.optional(seconds(60, 30 * 86_400), 86_400),
});

export type TrustedIssuer = v.InferOutput<typeof TrustedIssuer>;
