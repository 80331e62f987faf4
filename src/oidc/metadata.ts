import { SIGNATURE_ALGORITHMS } from "../lib/signature-algorithms.ts";
import { ALGORITHM } from "../lib/jwk.ts";
import { KNOWN_SCOPES } from "./authorization/scopes.ts";

/** How a client may authenticate that has something to authenticate with (OpenID Connect Core §9). */
const CONFIDENTIAL = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
const PUBLIC_TOO = ["none", ...CONFIDENTIAL];

/**
 * What this server can do, for clients that configure themselves: OpenID Connect Discovery §3 and RFC
 * 8414 §2, and what the extensions add. One document, served under the names of both.
 */
export function serverMetadata(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    device_authorization_endpoint: `${issuer}/device_authorization`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/end_session`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,

    response_types_supported: ["code"],
    response_modes_supported: ["query", "form_post"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    // RFC 7636 §4.2, as RFC 8414 names it: the plain method protects nothing.
    code_challenge_methods_supported: ["S256"],
    // RFC 9207 §3.
    authorization_response_iss_parameter_supported: true,
    // RFC 9126 §5.
    require_pushed_authorization_requests: false,

    scopes_supported: KNOWN_SCOPES,
    claims_supported: [
      ...["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"],
      ...["name", "email", "email_verified"],
    ],
    claim_types_supported: ["normal"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [ALGORITHM],
    // OpenID Connect Prompt Create §4.2 names the member.
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    ui_locales_supported: ["en"],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,

    token_endpoint_auth_methods_supported: PUBLIC_TOO,
    token_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: PUBLIC_TOO,
    revocation_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: CONFIDENTIAL,
    introspection_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    // RFC 9449 §5.1.
    dpop_signing_alg_values_supported: SIGNATURE_ALGORITHMS,

    // OpenID Connect Back-Channel Logout §2.1.
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: false,

    // Ours: the answer to a device names an endpoint that tells it the end, so it need not poll.
    device_authorization_events_supported: true,
  };
}
