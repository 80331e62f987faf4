import * as v from "valibot";
import { SecureUrl, seconds, text } from "./validators.ts";

/** An identity provider whose access tokens may approve logins: `[[vars.ISSUERS]]`. */
export const TrustedIssuer = v.strictObject({
  /** Compared with `iss` to the letter. */
  issuer: SecureUrl,
  /** What `aud` must contain: the name under which the issuer knows us. */
  audience: text(200),
  jwks_uri: SecureUrl,
  /** Put before the issuer's `sub`; needed where several issuers are trusted, so that no two people share one. */
  subject_prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x21-\x7e]{0,50}$/, "must be at most 50 printable ASCII characters"),
    ),
    "",
  ),
  /**
   * The `typ` in the header of its access tokens. RFC 9068 §4 knows "at+jwt" alone. "JWT" and "any" are
   * for issuers that don't follow it: "any" takes "at+jwt", "JWT" and tokens without a type.
   */
  token_type: v.optional(
    v.picklist(["at+jwt", "JWT", "any"], 'must be "at+jwt", "JWT" or "any"'),
    "at+jwt",
  ),
  /** Scopes that a token must have to approve, separated by spaces (RFC 6749 §3.3). */
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
  /** The issuer's clients whose tokens may approve, by `client_id` or `azp`. Every client where it is not set. */
  allowed_clients: v.exactOptional(
    v.pipe(v.array(text(200)), v.minLength(1, "must name at least one client")),
  ),
  /** Seconds that an access token may live at most. */
  max_lifetime: v.optional(seconds(60, 30 * 86_400), 86_400),
});

export type TrustedIssuer = v.InferOutput<typeof TrustedIssuer>;
