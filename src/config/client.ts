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
  /** Shown to users. */
  name: text(80),
  redirect_uris: v.optional(v.array(RedirectUri), []),
  /** OpenID Connect RP-Initiated Logout §3.1. */
  post_logout_redirect_uris: v.optional(v.array(RedirectUri), []),
  /** Origins whose pages may start and watch this client's logins. */
  allowed_origins: v.optional(v.array(Origin), []),
  /** Lowercase hexadecimal SHA-256 of the client's secret. */
  client_secret_sha256: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hexadecimal digits")),
  ),
  /** The client's public keys, for private_key_jwt (OpenID Connect Core §9): their URL, or the keys. */
  jwks_uri: v.exactOptional(SecureUrl),
  jwks: v.exactOptional(v.object({ keys: v.pipe(v.array(PublicJwk), v.minLength(1)) })),
  /** Whether the client may use the device authorization grant (RFC 8628). */
  device_grant: v.optional(v.boolean(), true),
  /** Whether a device's link may contain the user code (RFC 8628 §3.3.1). */
  prefilled_user_code: v.optional(v.boolean(), true),
  /** RFC 9449 §5.2. */
  dpop_bound_access_tokens: v.optional(v.boolean(), false),
  /** Receives an event when a login is approved or ends (RFC 8935). A path is relative to our own origin. */
  callback_uri: v.exactOptional(ReceiverUri),
  /** Receives a logout token when a login is ended elsewhere (OpenID Connect Back-Channel Logout §2.2). */
  backchannel_logout_uri: v.exactOptional(SecureUrl),
  /** Whether a browser that its phone logged in may stay logged in here, for this client and others (single sign-on). */
  sso: v.optional(v.boolean(), false),
  /** Requirements for its logins, in addition to those of every login. */
  policy: v.optional(ClientPolicy, {}),
});

/** A client has one authentication method, or none if it is public. */
export const ClientSchema = v.pipe(
  Client,
  v.check(
    (client) =>
      [client.client_secret_sha256, client.jwks, client.jwks_uri].filter(
        (credential) => credential !== undefined,
      ).length <= 1,
    "must have one of client_secret_sha256, jwks and jwks_uri at most",
  ),
);

export type Client = v.InferOutput<typeof ClientSchema>;

/** Whether a client has no credentials (RFC 6749 §2.1): it runs on the user's device. */
export function isPublicClient(client: Client): boolean {
  return (
    client.client_secret_sha256 === undefined &&
    client.jwks === undefined &&
    client.jwks_uri === undefined
  );
}
