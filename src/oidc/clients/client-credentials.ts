import { claimsOf } from "../../lib/verify-jwt.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { invalidClient, invalidRequest, type OAuthError } from "../errors.ts";
import type { Form } from "../form.ts";

/** The client that a request names, and how it authenticates. Nothing is verified yet. */
export type Credentials =
  /** A public client: client_id alone, or with an empty secret. */
  | { method: "none"; clientId: string }
  /** client_secret_basic or client_secret_post (RFC 6749 §2.3.1). `secrets`: the ways to read what was sent. */
  | { method: "secret"; clientId: string; secrets: readonly string[] }
  /** private_key_jwt (RFC 7523 §2.2). */
  | { method: "assertion"; clientId: string; assertion: string };

/** RFC 7523 §2.2. */
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const MALFORMED_HEADER = invalidClient("authorization_header_malformed");

/** Characters: more than any documented assertion has. */
const MAX_ASSERTION = 4096;

/** Reads the client's credentials. A request uses one method and names one client (RFC 6749 §2.3). */
export function readCredentials(
  authorization: string | undefined,
  form: Form,
): Result<Credentials, OAuthError> {
  const methods = [
    authorization !== undefined,
    form.has("client_secret"),
    form.has("client_assertion") || form.has("client_assertion_type"),
  ];
  if (methods.filter(Boolean).length > 1) {
    return err(invalidRequest("The client authenticates in two ways."));
  }
  const credentials =
    authorization === undefined ? fromBody(form) : fromAuthorization(authorization);
  if (!credentials.ok) return credentials;
  // RFC 7521 §4.2: client_id is optional beside an assertion, but must name the same client.
  const { clientId } = credentials.value;
  if ((form.get("client_id") ?? clientId) !== clientId) {
    return err(invalidRequest("The request names two clients."));
  }
  return credentials;
}

function fromBody(form: Form): Result<Credentials, OAuthError> {
  if (form.has("client_assertion") || form.has("client_assertion_type")) return fromAssertion(form);
  const clientId = form.get("client_id");
  if (clientId === undefined) return err(invalidRequest("client_id is missing."));
  const secret = form.get("client_secret");
  if (secret === undefined) return ok({ method: "none", clientId });
  return ok({ method: "secret", clientId, secrets: [secret] });
}

function fromAssertion(form: Form): Result<Credentials, OAuthError> {
  const assertion = form.get("client_assertion");
  if (assertion === undefined) return err(invalidRequest("client_assertion is missing."));
  if (form.get("client_assertion_type") !== ASSERTION_TYPE) {
    return err(invalidRequest(`client_assertion_type must be ${ASSERTION_TYPE}.`));
  }
  if (assertion.length > MAX_ASSERTION) return err(invalidClient("assertion_too_long"));
  const sub: unknown = claimsOf(assertion)?.sub;
  if (typeof sub !== "string") return err(invalidClient("assertion_without_sub"));
  return ok({ method: "assertion", clientId: sub, assertion });
}

/**
 * client_secret_basic: RFC 7617, with both halves form-encoded first, so that they may contain a colon (RFC 6749
 * §2.3.1). Many clients send the secret without that encoding, so a secret is also read as it was sent. An empty
 * secret is the same as none, as in the body.
 */
function fromAuthorization(authorization: string): Result<Credentials, OAuthError> {
  const [, encoded = ""] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(decodeBasic(encoded) ?? "") ?? [];
  if (id === undefined || secret === undefined) return err(MALFORMED_HEADER);
  // The characters of a registered client_id are the same in both readings.
  const clientId = formDecode(id) ?? id;
  if (secret === "") return ok({ method: "none", clientId });
  return ok({ method: "secret", clientId, secrets: [secret, formDecode(secret) ?? secret] });
}

/** The user name and the password, in UTF-8 (RFC 7617 §2.1). */
function decodeBasic(encoded: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (byte) => byte.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Undefined if the text is not form-encoded. */
function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
