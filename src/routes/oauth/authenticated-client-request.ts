import type { Context } from "hono";
import { isPublicClient, type Client } from "../../config/index.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { verifyCredentials } from "../../oidc/clients/client-authentication.ts";
import { readCredentials, type Credentials } from "../../oidc/clients/client-credentials.ts";
import { DEVICE_CODE_GRANT } from "../../oidc/token/device-code-request.ts";
import { TOO_MANY_POLLS, TOO_MANY_REQUESTS, type TokenError } from "../../oidc/errors.ts";
import { readForm, type Form } from "../../oidc/form.ts";
import type { AppEnv } from "../app-env.ts";
import { mayAuthenticate, recordFailedAuthentication } from "./failed-authentication.ts";
import { isKeyWithinRate, isWithinRate, type Limit } from "../middleware/rate-limit.ts";

/** A form that a client sent us directly, which has authenticated as it is registered. */
export interface ClientRequest {
  client: Client;
  form: Form;
}

/**
 * Reads such a request, the same at every endpoint that takes them, and counts it. A confidential
 * client that has authenticated is counted by its name: its server may ask for all its people from
 * one address. Everything else is counted by address, with `limit`: anybody can say a public client's
 * name, so a limit of that name alone would let anybody shut the client out.
 */
export async function readClientRequest(
  c: Context<AppEnv>,
  limit: Limit = "TOKEN_LIMIT",
): Promise<Result<ClientRequest, TokenError>> {
  const form = readForm(c.req.header("Content-Type"), await c.req.arrayBuffer());
  const presented = form.ok ? readCredentials(c.req.header("Authorization"), form.value) : form;
  const client = presented.ok ? await authenticate(c, presented.value) : presented;
  const isWithin =
    client.ok && !isPublicClient(client.value)
      ? isKeyWithinRate(c.env, "CLIENT_LIMIT", client.value.client_id)
      : isWithinRate(c, limit, "client");
  if (!(await isWithin)) {
    const isPoll = form.ok && form.value.get("grant_type") === DEVICE_CODE_GRANT;
    return err(isPoll ? TOO_MANY_POLLS : TOO_MANY_REQUESTS);
  }
  if (!form.ok) return form;
  return client.ok ? ok({ client: client.value, form: form.value }) : client;
}

async function authenticate(
  c: Context<AppEnv>,
  credentials: Credentials,
): Promise<Result<Client, TokenError>> {
  const { clientId, method } = credentials;
  const isRegistered = c.var.config.clients.has(clientId);
  if (method === "none" || !isRegistered) return await verifyCredentials(c.env, credentials);
  if (!mayAuthenticate(c, clientId)) return err(TOO_MANY_REQUESTS);
  const client = await verifyCredentials(c.env, credentials);
  if (!client.ok && client.error.error === "invalid_client") {
    await recordFailedAuthentication(c, clientId);
  }
  return client;
}
