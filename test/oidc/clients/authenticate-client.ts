import type { Client } from "../../../src/config/index.ts";
import type { Result } from "../../../src/lib/result.ts";
import { verifyCredentials } from "../../../src/oidc/clients/client-authentication.ts";
import { readCredentials } from "../../../src/oidc/clients/client-credentials.ts";
import type { OAuthError } from "../../../src/oidc/errors.ts";
import type { Form } from "../../../src/oidc/form.ts";

/** Reads and verifies the credentials of a request, as the endpoints do one after the other. */
export async function authenticateClient(
  env: Env,
  authorization: string | undefined,
  form: Form,
): Promise<Result<Client, OAuthError>> {
  const credentials = readCredentials(authorization, form);
  return credentials.ok ? await verifyCredentials(env, credentials.value) : credentials;
}
