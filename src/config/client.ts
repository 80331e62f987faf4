import * as v from "valibot";
import { ClientPolicy } from "./client-policy.ts";
import { Origin, ReceiverUri, RedirectUri, SecureUrl, text } from "./validators.ts";

const PublicJwk = v.pipe(
  v.looseObject({ kty: v.picklist(["EC", "RSA", "OKP"], "must be an asymmetric key") }),
  v.check((jwk) => !("d" in jwk), "must be a public key, without its private part"),
);

const Client = v.strictObject({
  client_id: v.pipe(
    v.string(),
    v.regex(/^[\w.~-]{1,100}$/, "must be 1 to 100 letters, digits or . _ ~ -"),
  ),
  /** What people are shown. */
  name: text(80),
  redirect_uris: v.optional(v.array(RedirectUri), []),
  /** Where the browser may go after a logout (OpenID Connect RP-Initiated Logout §3.1). */
  post_logout_redirect_uris: v.optional(v.array(RedirectUri), []),
  /** Origins whose pages may start and watch this client's logins. */
  allowed_origins: v.optional(v.array(Origin), []),
  /** Lowercase hexadecimal SHA-256 of the client's secret. */
  client_secret_sha256: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hexadecimal digits")),
  ),
  /** The client's public keys, for private_key_jwt (OpenID Connect Core §9): where they are, or themselves. */
  jwks_uri: v.exactOptional(SecureUrl),
  jwks: v.exactOptional(v.object({ keys: v.pipe(v.array(PublicJwk), v.minLength(1)) })),
  /** Whether televisions and command lines may log in for this client (RFC 8628). */
  device_grant: v.optional(v.boolean(), true),
  /** Whether a device's link may hold the typed code already (RFC 8628 §3.3.1). */
  prefilled_user_code: v.optional(v.boolean(), true),
  /** Whether its tokens must be bound to a key (RFC 9449 §5.2). */
  dpop_bound_access_tokens: v.optional(v.boolean(), false),
  /** Where the end of each login is told (RFC 8935). A path is one of our own, wherever we are deployed. */
  callback_uri: v.exactOptional(ReceiverUri),
  /** Where the end of a login is told that was ended elsewhere (OpenID Connect Back-Channel Logout §2.2). */
  backchannel_logout_uri: v.exactOptional(SecureUrl),
  /** What is asked of its logins, beyond what every login must have. */
  policy: v.optional(ClientPolicy, {}),
});

/** A client proves itself in one way, or, as a public client, not at all. */
export const ClientSchema = v.pipe(
  Client,
  v.check(
    (client) =>
      [client.client_secret_sha256, client.jwks, client.jwks_uri].filter(
        (proof) => proof !== undefined,
      ).length <= 1,
    "must have one of client_secret_sha256, jwks and jwks_uri at most",
  ),
);

export type Client = v.InferOutput<typeof ClientSchema>;

/** Whether a client has nothing to prove itself with (RFC 6749 §2.1): it is an app on a person's own device. */
export function isPublicClient(client: Client): boolean {
  return (
    client.client_secret_sha256 === undefined &&
    client.jwks === undefined &&
    client.jwks_uri === undefined
  );
}
