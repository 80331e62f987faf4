import { SIGNATURE_ALGORITHMS, SIGNING_ALGORITHMS } from "../lib/signature-algorithms.ts";
import { KNOWN_SCOPES } from "./authorization/scopes.ts";

/** The authentication methods of confidential clients (OpenID Connect Core §9). */
const CONFIDENTIAL_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
const ALL_METHODS = ["none", ...CONFIDENTIAL_METHODS];

/** The server metadata (OpenID Connect Discovery §3, RFC 8414 §2): one document for both well-known paths. */
export function serverMetadata(issuer: string, languages: readonly string[]) {
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
    response_modes_supported: ["query", "fragment", "form_post"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    // RFC 9700 §2.1.1: the plain method does not protect the code.
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
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
    // OpenID Connect Prompt Create §4.2 names the member.
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    ui_locales_supported: languages,
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,

    token_endpoint_auth_methods_supported: ALL_METHODS,
    token_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: ALL_METHODS,
    revocation_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: CONFIDENTIAL_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: SIGNATURE_ALGORITHMS,
    // RFC 9449 §5.1.
    dpop_signing_alg_values_supported: SIGNATURE_ALGORITHMS,

    // OpenID Connect Back-Channel Logout §2.1.
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: false,

    // An extension: a device can watch its login at `events_endpoint` instead of polling.
    device_authorization_events_supported: true,
  };
}
