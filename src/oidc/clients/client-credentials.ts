import { claimsOf } from "../../lib/verify-jwt.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { INVALID_CLIENT, invalidRequest, type TokenError } from "../errors.ts";
import type { Form } from "../form.ts";

/** Who a client says it is, and how it means to prove that. */
export type Credentials =
  /** A public client's bare name. */
  | { method: "none"; clientId: string }
  /** client_secret_basic or client_secret_post (RFC 6749 §2.3.1). */
  | { method: "secret"; clientId: string; secret: string }
  /** private_key_jwt (RFC 7523 §2.2). Nothing of the assertion has been checked. */
  | { method: "assertion"; clientId: string; assertion: string };

/** RFC 7523 §2.2. */
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Longer than any assertion that is documented. */
const MAX_ASSERTION = 4096;

/** Reads how a client presents itself: in one way, as one client (RFC 6749 §2.3). */
export function readCredentials(
  authorization: string | undefined,
  form: Form,
): Result<Credentials, TokenError> {
  const ways = [
    authorization !== undefined,
    form.has("client_secret"),
    form.has("client_assertion") || form.has("client_assertion_type"),
  ];
  if (ways.filter(Boolean).length > 1) {
    return err(invalidRequest("The client authenticates in two ways."));
  }
  const presented = authorization === undefined ? inBody(form) : inAuthorization(authorization);
  if (!presented.ok) return presented;
  // RFC 7521 §4.2: client_id beside an assertion is optional, but never another one.
  const { clientId } = presented.value;
  if ((form.get("client_id") ?? clientId) !== clientId) {
    return err(invalidRequest("The request names two clients."));
  }
  return presented;
}

function inBody(form: Form): Result<Credentials, TokenError> {
  if (form.has("client_assertion") || form.has("client_assertion_type")) return inAssertion(form);
  const clientId = form.get("client_id");
  if (clientId === undefined) return err(invalidRequest("client_id is missing."));
  const secret = form.get("client_secret");
  if (secret === undefined) return ok({ method: "none", clientId });
  return ok({ method: "secret", clientId, secret });
}

function inAssertion(form: Form): Result<Credentials, TokenError> {
  const assertion = form.get("client_assertion");
  if (assertion === undefined) return err(invalidRequest("client_assertion is missing."));
  if (form.get("client_assertion_type") !== ASSERTION_TYPE) {
    return err(invalidRequest(`client_assertion_type must be ${ASSERTION_TYPE}.`));
  }
  if (assertion.length > MAX_ASSERTION) return err(INVALID_CLIENT);
  const sub: unknown = claimsOf(assertion)?.sub;
  if (typeof sub !== "string") return err(INVALID_CLIENT);
  return ok({ method: "assertion", clientId: sub, assertion });
}

/** client_secret_basic: RFC 7617, where OAuth encodes both halves once more, so that they may contain a colon. */
function inAuthorization(authorization: string): Result<Credentials, TokenError> {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return err(INVALID_CLIENT);
  try {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(atob(encoded)) ?? [];
    if (id === undefined || secret === undefined) return err(INVALID_CLIENT);
    return ok({ method: "secret", clientId: formDecode(id), secret: formDecode(secret) });
  } catch {
    // Not base64, or not percent-encoded: not credentials.
    return err(INVALID_CLIENT);
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
