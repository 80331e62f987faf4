import { defined } from "../../lib/defined.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { Redirect } from "./session.ts";

/**
 * A code (RFC 6749 §4.1.2) or an error (§4.1.2.1) for the client, with its state and with our issuer, so
 * that a client of several issuers can tell which of them responded (RFC 9207 §2).
 */
export function authorizationResponse(
  { uri, state, mode, issuer }: Redirect,
  result: Record<string, string>,
): AuthorizationResponse {
  const parameters = { ...result, ...defined({ state }), iss: issuer };
  if (mode === "form_post") return { form_post: { action: uri, parameters } };
  const encoded = new URLSearchParams(parameters).toString();
  // Multiple Response Type Encoding Practices §2.1. No redirect URI has a fragment of its own.
  if (mode === "fragment") return { redirect_to: `${uri}#${encoded}` };
  // RFC 6749 §3.1.2: the query of the redirect URI is kept unchanged.
  const separator = !uri.includes("?") ? "?" : /[?&]$/.test(uri) ? "" : "&";
  return { redirect_to: `${uri}${separator}${encoded}` };
}
