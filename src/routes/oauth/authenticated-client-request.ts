import type { Context } from "hono";
import { isPublicClient, type Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { verifyCredentials } from "../../oidc/clients/client-authentication.ts";
import { readCredentials, type Credentials } from "../../oidc/clients/client-credentials.ts";
import { DEVICE_CODE_GRANT } from "../../oidc/token/device-code-request.ts";
import { TOO_MANY_POLLS, TOO_MANY_REQUESTS, type OAuthError } from "../../oidc/errors.ts";
import { readForm, type FormParameters } from "../../oidc/form.ts";
import type { AppEnv } from "../app-env.ts";
import { mayAuthenticate, recordFailedAuthentication } from "./failed-authentication.ts";
import { isKeyWithinRate, isWithinRate, type Limit } from "../middleware/rate-limit.ts";
import { setLoggedClient } from "./oauth-response.ts";

/** A form from an authenticated client. */
export interface ClientRequest extends FormParameters {
  client: Client;
}

/**
 * Reads the form, authenticates the client and applies the rate limit. An authenticated
 * confidential client is counted by its client_id, since its server sends the requests of all its
 * users. Everything else is counted by network with `limit`: anybody can send a public client_id,
 * and could otherwise use up the client's limit.
 */
export async function readClientRequest(
  c: Context<AppEnv>,
  limit: Limit = "TOKEN_LIMIT",
): Promise<Result<ClientRequest, OAuthError>> {
  const read = readForm(c.req.header("Content-Type"), await c.req.arrayBuffer());
  const credentials = read.ok
    ? readCredentials(c.req.header("Authorization"), read.value.form)
    : read;
  const client = credentials.ok ? await authenticate(c, credentials.value) : credentials;
  const isWithin =
    client.ok && !isPublicClient(client.value)
      ? isKeyWithinRate(c.env, "CLIENT_LIMIT", client.value.client_id)
      : isWithinRate(c, limit, "client");
  if (!(await isWithin)) {
    const isPoll = read.ok && read.value.form.get("grant_type") === DEVICE_CODE_GRANT;
    return err(isPoll ? TOO_MANY_POLLS : TOO_MANY_REQUESTS);
  }
  if (!read.ok) return read;
  return client.ok ? ok({ client: client.value, ...read.value }) : client;
}

async function authenticate(
  c: Context<AppEnv>,
  credentials: Credentials,
): Promise<Result<Client, OAuthError>> {
  const { clientId, method } = credentials;
  setLoggedClient(c, clientId);
  const isRegistered = c.var.config.clients.has(clientId);
  if (method === "none" || !isRegistered) return await verifyCredentials(c.env, credentials);
  if (!mayAuthenticate(c, clientId)) return err(TOO_MANY_REQUESTS);
  const client = await verifyCredentials(c.env, credentials);
  if (!client.ok && client.error.code === "invalid_client") {
    await recordFailedAuthentication(c, clientId);
  }
  return client;
}
