import type { Context } from "hono";
import type { Client } from "../config.ts";
import { success, type Result } from "../login/errors.ts";
import { authenticateClient } from "../oauth/client-authentication.ts";
import type { TokenError } from "../oauth/errors.ts";
import { readForm, type Form } from "../oauth/form.ts";
import type { AppEnv } from "./app-env.ts";

/** A form that a client sent us directly, which has authenticated as it is registered. */
export interface ClientRequest {
  client: Client;
  form: Form;
}

/** Reads such a request, the same at every endpoint that takes them. */
export async function readClientRequest(
  c: Context<AppEnv>,
): Promise<Result<ClientRequest, TokenError>> {
  const form = readForm(c.req.header("Content-Type"), await c.req.arrayBuffer());
  if (!form.ok) return form;
  const client = await authenticateClient(c.env, c.req.header("Authorization"), form.value);
  return client.ok ? success({ client: client.value, form: form.value }) : client;
}
