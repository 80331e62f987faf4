import { configOf, isBuiltInClient, isPublicClient, type Client } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import { encodeBase64url } from "../../lib/base64url.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { verifyClientAssertion } from "./client-assertion.ts";
import { readCredentials, type Credentials } from "./client-credentials.ts";
import { INVALID_CLIENT, type TokenError } from "../errors.ts";
import type { Form } from "../form.ts";

/**
 * The client that a request comes from (RFC 6749 §2.3 and §3.2.1). It proves itself as it is registered
 * and in no other way: a public client with nothing, every other one with its secret or its keys.
 */
export async function authenticateClient(
  env: Env,
  authorization: string | undefined,
  form: Form,
): Promise<Result<Client, TokenError>> {
  const presented = readCredentials(authorization, form);
  return presented.ok ? await verifyCredentials(env, presented.value) : presented;
}

/** The client of these credentials, if it is registered to authenticate so and they are right. */
export async function verifyCredentials(
  env: Env,
  credentials: Credentials,
): Promise<Result<Client, TokenError>> {
  const client = configOf(env).clients.get(credentials.clientId);
  // Built-in clients get no tokens, so they are unknown at every endpoint that clients authenticate at.
  if (!client || isBuiltInClient(client)) return err(INVALID_CLIENT);

  switch (credentials.method) {
    case "none":
      return isPublicClient(client) ? ok(client) : err(INVALID_CLIENT);
    case "secret":
      return (await isItsSecret(client, credentials.secret)) ? ok(client) : err(INVALID_CLIENT);
    case "assertion":
      return await verifyClientAssertion(env, client, credentials.assertion);
  }
}

async function isItsSecret(client: Client, secret: string): Promise<boolean> {
  if (client.client_secret_sha256 === undefined) return false;
  return timingSafeEqual(await sha256(secret), base64urlOf(client.client_secret_sha256));
}

function base64urlOf(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  return encodeBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}
