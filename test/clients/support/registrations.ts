import { createHash } from "node:crypto";

/** The secret of all clients that have one. */
export const SECRET = "pK3vE0S9bnm1cW8qk2GZ4rXyT6uJ7hLdFsAoNiVtR5Y";

const client_secret_sha256 = createHash("sha256").update(SECRET).digest("hex");

/**
 * The settings of each client at this server, besides its name. `origin` is where the test runs the
 * client's site.
 */
export const REGISTRATIONS = {
  "auth-js": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/auth/callback/qr-login`],
  }),
  "better-auth": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/api/auth/callback/qr-login`],
    post_logout_redirect_uris: [`${origin}/goodbye`],
  }),
  "express-openid-connect": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/goodbye`],
  }),
  "fastify-oauth2": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
  }),
  "hono-oidc-auth": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
  }),
  "msal-browser": (origin: string) => ({
    redirect_uris: [`${origin}/`],
    post_logout_redirect_uris: [`${origin}/`],
    allowed_origins: [origin],
  }),
  "next-auth": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/api/auth/callback/qr-login`],
  }),
  "oidc-client-ts": (origin: string) => ({
    redirect_uris: [`${origin}/`],
    post_logout_redirect_uris: [`${origin}/`],
    allowed_origins: [origin],
  }),
  "openid-client": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/goodbye`],
  }),
  "openid-client-5": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/goodbye`],
  }),
  "passport-oauth2": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
  }),
  "passport-openidconnect": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    pkce: "optional",
  }),
  "simple-oauth2": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
  }),
  "tokens-es256": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    id_token_signed_response_alg: "ES256",
    access_token_signed_response_alg: "ES256",
  }),
  "tokens-rs256": (origin: string) => ({
    client_secret_sha256,
    redirect_uris: [`${origin}/callback`],
    id_token_signed_response_alg: "RS256",
    access_token_signed_response_alg: "RS256",
  }),
} satisfies Record<string, (origin: string) => object>;

export type ClientId = keyof typeof REGISTRATIONS;

/** The ids of all clients. */
export const CLIENT_IDS = Object.keys(REGISTRATIONS) as ClientId[];
