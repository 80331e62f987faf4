import * as v from "valibot";
import { ALGORITHM } from "../lib/jwk.ts";
import { SIGNING_ALGORITHMS } from "../lib/signature-algorithms.ts";
import { ClientPolicy } from "./client-policy.ts";
import {
  ClientOrigin,
  ReceiverUri,
  RedirectUri,
  ResourceUri,
  SecureUrl,
  text,
} from "./validators.ts";

const PublicJwk = v.pipe(
  v.looseObject({ kty: v.picklist(["EC", "RSA", "OKP"], "must be an asymmetric key") }),
  v.check((jwk) => !("d" in jwk), "must be a public key, without its private part"),
);

const Algorithm = v.picklist(SIGNING_ALGORITHMS, 'must be "RS256", "ES256" or "EdDSA"');

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
  allowed_origins: v.optional(v.array(ClientOrigin), []),
  /** Lowercase hexadecimal SHA-256 of the client's secret. */
  client_secret_sha256: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hexadecimal digits")),
  ),
  /** The client's public keys, for private_key_jwt (OpenID Connect Core §9): their URL, or the keys. */
  jwks_uri: v.exactOptional(SecureUrl),
  jwks: v.exactOptional(v.object({ keys: v.pipe(v.array(PublicJwk), v.minLength(1)) })),
  /** The audiences that its assertions may have: our issuer only, or the endpoints' addresses too. */
  assertion_audience: v.exactOptional(
    v.picklist(["issuer", "endpoints"], 'must be "issuer" or "endpoints"'),
  ),
  /**
   * The algorithm of its ID tokens and logout tokens (OpenID Connect Dynamic Registration §2, which
   * sets the default; Back-Channel Logout §2.4).
   */
  id_token_signed_response_alg: v.exactOptional(Algorithm),
  /** The algorithm of its access tokens (RFC 9068 §2.1). */
  access_token_signed_response_alg: v.optional(Algorithm, ALGORITHM),
  /**
   * Whether every login needs a PKCE challenge (RFC 9700 §2.1.1). "optional": only if the client sends
   * one.
   */
  pkce: v.optional(
    v.picklist(["required", "optional"], 'must be "required" or "optional"'),
    "required",
  ),
  /** The resources, besides this server, that its access tokens may be for (RFC 8707 §2). */
  resources: v.optional(v.pipe(v.array(ResourceUri), v.maxLength(10, "must be at most 10")), []),
  /** The rules of the FAPI 2.0 Security Profile for its logins. */
  profile: v.exactOptional(v.literal("fapi2", 'must be "fapi2"')),
  /** Whether the client may use the device authorization grant (RFC 8628). */
  device_grant: v.exactOptional(v.boolean()),
  /** Whether a device's link may contain the user code (RFC 8628 §3.3.1). */
  prefilled_user_code: v.optional(v.boolean(), true),
  /** RFC 9449 §5.2. */
  dpop_bound_access_tokens: v.exactOptional(v.boolean()),
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
  v.check(
    (client) => client.pkce === "required" || !isPublicClient(client),
    'must have client_secret_sha256, jwks or jwks_uri if pkce is "optional"',
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.profile !== "fapi2") return;
    for (const message of fapi2Mistakes(dataset.value)) addIssue({ message });
  }),
  v.transform((client) => {
    const isFapi2 = client.profile === "fapi2";
    const {
      device_grant = !isFapi2,
      dpop_bound_access_tokens = isFapi2,
      id_token_signed_response_alg = isFapi2 ? ALGORITHM : "RS256",
    } = client;
    return { ...client, device_grant, dpop_bound_access_tokens, id_token_signed_response_alg };
  }),
);

/** FAPI 2.0 Security Profile §5.3.2; §5.4.1 has the signature algorithms. */
function fapi2Mistakes(client: v.InferOutput<typeof Client>): string[] {
  const { pkce, assertion_audience, dpop_bound_access_tokens, device_grant } = client;
  const algorithms = ["id_token_signed_response_alg", "access_token_signed_response_alg"] as const;
  return [
    ...(hasKeys(client) ? [] : ["must have jwks or jwks_uri"]),
    ...(pkce === "optional" ? ['must not have pkce = "optional"'] : []),
    ...(assertion_audience === "endpoints"
      ? ['must not have assertion_audience = "endpoints"']
      : []),
    ...(dpop_bound_access_tokens === false
      ? ["must not have dpop_bound_access_tokens = false"]
      : []),
    ...algorithms
      .filter((name) => client[name] === "RS256")
      .map((name) => `must not have ${name} = "RS256"`),
    // A device's request is not pushed.
    ...(device_grant === true ? ["must not have device_grant = true"] : []),
  ].map((mistake) => `${mistake} if profile is "fapi2"`);
}

export type Client = v.InferOutput<typeof ClientSchema>;

/** Whether a client has no credentials (RFC 6749 §2.1): it runs on the user's device. */
export function isPublicClient(client: Credentials): boolean {
  return client.client_secret_sha256 === undefined && !hasKeys(client);
}

type Credentials = Pick<v.InferOutput<typeof Client>, "client_secret_sha256" | "jwks" | "jwks_uri">;

function hasKeys({ jwks, jwks_uri }: Credentials): boolean {
  return jwks !== undefined || jwks_uri !== undefined;
}

/** Whether every authorization request of the client must be pushed (RFC 9126 §5). */
export function mustPush({ profile }: Client): boolean {
  return profile === "fapi2";
}
