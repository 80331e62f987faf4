import { Hono } from "hono";
import { INTERVAL } from "../../login-session/domain/device-polling.ts";
import { DEVICE_GRANT_OFF } from "../../oidc/token/device-errors.ts";
import { parseDeviceRequest } from "../../oidc/token/device-code-request.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { newSessionToType } from "../sessions/start-session.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * The device authorization endpoint (RFC 8628 §3.1), for televisions and command lines. Their QR code does not
 * rotate: it is a link with the user code, and the key of the rotating code is not sent to anybody.
 */
export const deviceAuthorization = new Hono<AppEnv>();

deviceAuthorization.onError(onOAuthError);

deviceAuthorization.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c, "CREATE_LIMIT");
  if (!request.ok) return oauthError(c, request.error);
  const { client, form } = request.value;
  if (!client.device_grant) return oauthError(c, DEVICE_GRANT_OFF);
  const parsed = parseDeviceRequest(form);
  if (!parsed.ok) return oauthError(c, parsed.error);

  const { issuer, sessionTtl, codeTtl } = c.var.config;
  const begun = await newSessionToType(c, {
    clientId: client.client_id,
    scope: parsed.value.scope,
    begunBy: { grant: "device_code" },
    // §3.2: the device code is valid for `expires_in`, whenever it is approved.
    codeTtl: Math.max(sessionTtl, codeTtl),
  });
  const phonePage = `${issuer}/phone`;
  return c.json(
    {
      device_code: begun.code,
      user_code: begun.userCode,
      verification_uri: phonePage,
      ...(client.prefilled_user_code
        ? { verification_uri_complete: `${phonePage}?user_code=${begun.userCode}` }
        : {}),
      expires_in: sessionTtl / 1000,
      interval: INTERVAL / 1000,
      // An extension: the client can watch the session, and poll once when it is approved.
      session_id: begun.sessionId,
      watch_token: begun.watchToken,
      events_endpoint: `${issuer}/sessions/${begun.sessionId}/events`,
    },
    200,
    NO_STORE,
  );
});

deviceAuthorization.all("/", methodNotAllowed("POST"));
