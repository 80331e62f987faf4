import { configOf, isBuiltInClient, isPublicClient, type Client } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import { encodeBase64url } from "../../lib/base64url.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { verifyClientAssertion } from "./client-assertion.ts";
import type { Credentials } from "./client-credentials.ts";
import { invalidClient, type OAuthError } from "../errors.ts";

/**
 * Authenticates a client (RFC 6749 §2.3 and §3.2.1) by the method that it is registered for, and by no other:
 * nothing for a public client, otherwise its secret or its keys.
 */
export async function verifyCredentials(
  env: Env,
  credentials: Credentials,
): Promise<Result<Client, OAuthError>> {
  const client = configOf(env).clients.get(credentials.clientId);
  if (!client) return err(invalidClient("client_not_registered"));
  // Built-in clients get no tokens, so no endpoint that authenticates clients accepts them.
  if (isBuiltInClient(client)) return err(invalidClient("client_is_built_in"));

  switch (credentials.method) {
    case "none":
      return isPublicClient(client) ? ok(client) : err(invalidClient("credentials_missing"));
    case "secret":
      return await verifySecret(client, credentials.secrets);
    case "assertion":
      return await verifyClientAssertion(env, client, credentials.assertion);
  }
}

/** Whether one of the readings is the secret. All are compared, so the time does not tell which one it was. */
async function verifySecret(
  client: Client,
  secrets: readonly string[],
): Promise<Result<Client, OAuthError>> {
  const registered = client.client_secret_sha256;
  if (registered === undefined) return err(invalidClient("no_secret_registered"));
  const expected = encodeBase64url(Uint8Array.fromHex(registered));
  const hashes = await Promise.all(secrets.map(sha256));
  const matches = hashes.map((hash) => timingSafeEqual(hash, expected));
  return matches.includes(true) ? ok(client) : err(invalidClient("secret_mismatch"));
}
