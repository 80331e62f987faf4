import type { Client, Config } from "../config.ts";
import { sha256 } from "../crypto/digest.ts";
import { encodeBase64url } from "../login/base64url.ts";
import { refusal, success, type Result } from "../login/errors.ts";
import { sameSecret } from "../login/same-secret.ts";
import { INVALID_CLIENT, invalidRequest, type TokenError } from "./errors.ts";
import type { Form } from "./form.ts";

/** Who a client says it is, and how it proves that, if it does. */
interface Credentials {
  clientId: string;
  secret?: string;
}

/** The client that a request comes from (RFC 6749 §2.3.1 and §3.2.1). */
export async function authenticateClient(
  clients: Config["clients"],
  authorization: string | undefined,
  form: Form,
): Promise<Result<Client, TokenError>> {
  const presented =
    authorization === undefined ? inBody(form) : inAuthorization(authorization, form);
  if (!presented.ok) return presented;

  const { clientId, secret } = presented.value;
  const client = clients.get(clientId);
  if (!client) return refusal(INVALID_CLIENT);

  // A public client has no secret that could be right, a confidential one must show its own.
  if (client.client_secret_sha256 === undefined) {
    return secret === undefined ? success(client) : refusal(INVALID_CLIENT);
  }
  if (secret === undefined) return refusal(INVALID_CLIENT);
  return sameSecret(await sha256(secret), base64urlOf(client.client_secret_sha256))
    ? success(client)
    : refusal(INVALID_CLIENT);
}

/** client_secret_post, or a public client's bare name. */
function inBody(form: Form): Result<Credentials, TokenError> {
  const clientId = form.get("client_id");
  if (clientId === undefined) return refusal(invalidRequest("client_id is missing."));
  const secret = form.get("client_secret");
  return success({ clientId, ...(secret === undefined ? {} : { secret }) });
}

/** client_secret_basic. */
function inAuthorization(authorization: string, form: Form): Result<Credentials, TokenError> {
  const credentials = parseBasic(authorization);
  if (!credentials) return refusal(INVALID_CLIENT);
  // §2.3: one method a request.
  if (form.has("client_secret")) {
    return refusal(invalidRequest("The client authenticates in two ways."));
  }
  if ((form.get("client_id") ?? credentials.clientId) !== credentials.clientId) {
    return refusal(invalidRequest("The request names two clients."));
  }
  return success(credentials);
}

/** RFC 7617, where OAuth encodes both halves once more, so that they may contain a colon. */
function parseBasic(authorization: string): Credentials | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  try {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(atob(encoded)) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    return { clientId: formDecode(id), secret: formDecode(secret) };
  } catch {
    // Not base64, or not percent-encoded: not credentials.
    return undefined;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function base64urlOf(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  return encodeBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}
