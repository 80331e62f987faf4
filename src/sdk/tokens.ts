import * as v from "valibot";
import { decodeBase64urlText } from "../lib/base64url.ts";
import { LoginError } from "./login-error.ts";

const TokenResponse = v.object({
  access_token: v.string(),
  token_type: v.string(),
  expires_in: v.number(),
  scope: v.optional(v.string()),
  id_token: v.optional(v.string()),
});

/** The claims that are checked here. OpenID Connect Core §2 defines the others. */
const CheckedClaims = v.object({
  iss: v.string(),
  sub: v.string(),
  nonce: v.optional(v.string()),
  name: v.optional(v.string()),
});

export interface IdTokenClaims extends v.InferOutput<typeof CheckedClaims> {
  [claim: string]: unknown;
}

/** The token response (RFC 6749 §5.1), and the claims of its ID token. */
export interface Tokens extends v.InferOutput<typeof TokenResponse> {
  /** Undefined if the scope has no `openid`. */
  claims: IdTokenClaims | undefined;
}

/**
 * Reads a token response. The ID token comes directly from the issuer over TLS, so its signature need not be
 * verified here (OpenID Connect Core §3.1.3.7, 6). A server that receives it from this page has to verify it.
 */
export function readTokens(
  response: unknown,
  expected: { issuer: string; clientId: string; nonce: string },
): Tokens {
  const tokens = v.safeParse(TokenResponse, response);
  if (!tokens.success) throw new LoginError("protocol", "Not a token response.");
  const { id_token } = tokens.output;
  const claims = id_token === undefined ? undefined : readClaims(id_token);
  if (claims) {
    const isExpected =
      claims.iss === expected.issuer &&
      [claims["aud"]].flat().includes(expected.clientId) &&
      claims.nonce === expected.nonce;
    if (!isExpected) throw new LoginError("protocol", "The ID token belongs to another login.");
  }
  return { ...tokens.output, claims };
}

function readClaims(idToken: string): IdTokenClaims {
  try {
    const [, payload = ""] = idToken.split(".");
    const claims: unknown = JSON.parse(decodeBase64urlText(payload) ?? "");
    return { ...Object(claims), ...v.parse(CheckedClaims, claims) };
  } catch (cause) {
    throw new LoginError("protocol", "Malformed ID token.", { cause });
  }
}
