import * as v from "valibot";
import { decodeBase64urlText } from "../lib/base64url.ts";
import { LoginError } from "./login-error.ts";

const TokenAnswer = v.object({
  access_token: v.string(),
  token_type: v.string(),
  expires_in: v.number(),
  scope: v.optional(v.string()),
  id_token: v.optional(v.string()),
});

/** What is looked at here; the rest is as OpenID Connect Core §2 has it. */
const CheckedClaims = v.object({
  iss: v.string(),
  sub: v.string(),
  nonce: v.optional(v.string()),
  name: v.optional(v.string()),
});

export interface IdTokenClaims extends v.InferOutput<typeof CheckedClaims> {
  [claim: string]: unknown;
}

/** What a redeemed code gives (RFC 6749 §5.1), and who logged in. */
export interface Tokens extends v.InferOutput<typeof TokenAnswer> {
  /** The ID token's claims, where the scope has `openid`. */
  claims: IdTokenClaims | undefined;
}

/**
 * Reads a token answer. The ID token came straight from its issuer over TLS, which stands for its
 * signature (OpenID Connect Core §3.1.3.7, 6); whoever passes it on must have it checked there.
 */
export function readTokens(
  answer: unknown,
  expected: { issuer: string; clientId: string; nonce: string },
): Tokens {
  const tokens = v.safeParse(TokenAnswer, answer);
  if (!tokens.success) throw new LoginError("protocol", "That is no token answer.");
  const { id_token } = tokens.output;
  const claims = id_token === undefined ? undefined : readClaims(id_token);
  if (claims) {
    const isOurs =
      claims.iss === expected.issuer &&
      [claims["aud"]].flat().includes(expected.clientId) &&
      claims.nonce === expected.nonce;
    if (!isOurs) throw new LoginError("protocol", "The ID token is of another login.");
  }
  return { ...tokens.output, claims };
}

function readClaims(idToken: string): IdTokenClaims {
  try {
    const [, payload = ""] = idToken.split(".");
    const claims: unknown = JSON.parse(decodeBase64urlText(payload) ?? "");
    return { ...Object(claims), ...v.parse(CheckedClaims, claims) };
  } catch (cause) {
    throw new LoginError("protocol", "That is no ID token.", { cause });
  }
}
