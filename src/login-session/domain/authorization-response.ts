import { defined } from "../../lib/defined.ts";
import type { Redirect } from "./session.ts";

/** How the browser brings an answer to the client: by going to an address, or by posting a form there. */
export type AuthorizationResponse =
  { redirect_to: string } | { form_post: { action: string; parameters: Record<string, string> } };

/**
 * An answer on its way back: a code (RFC 6749 §4.1.2) or an error (§4.1.2.1), with the client's state,
 * and with our name, so that a client that talks to several issuers can tell which one answered
 * (RFC 9207 §2).
 */
export function authorizationResponse(
  { uri, state, mode, issuer }: Redirect,
  answer: Record<string, string>,
): AuthorizationResponse {
  const parameters = { ...answer, ...defined({ state }), iss: issuer };
  if (mode === "form_post") return { form_post: { action: uri, parameters } };
  // RFC 6749 §3.1.2: what the address has of a query of its own is kept, to the letter.
  const separator = !uri.includes("?") ? "?" : /[?&]$/.test(uri) ? "" : "&";
  return { redirect_to: `${uri}${separator}${new URLSearchParams(parameters).toString()}` };
}
