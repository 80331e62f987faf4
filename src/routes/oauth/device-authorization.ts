import { Hono } from "hono";
import { defined } from "../../lib/defined.ts";
import { grantedResources, readResources } from "../../oidc/authorization/resource-indicators.ts";
import { DEVICE_REDEMPTION_TIME, INTERVAL } from "../../login-session/domain/device-polling.ts";
import { DEVICE_GRANT_OFF } from "../../oidc/token/device-errors.ts";
import { parseDeviceScope } from "../../oidc/token/device-code-request.ts";
import type { AppEnv } from "../app-env.ts";
import { readClientRequest } from "./authenticated-client-request.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { clientParameters } from "../sessions/session-params.ts";
import { startDeviceSession } from "../sessions/start-session.ts";
import { limitOAuthBody, onOAuthError, oauthError, NO_STORE } from "./oauth-response.ts";

/**
 * The device authorization endpoint (RFC 8628 §3.1), for televisions and command lines. Their QR
 * code does not rotate: it is a link with the user code, and the key of the rotating code is not
 * sent to anybody.
 */
export const deviceAuthorization = new Hono<AppEnv>();

deviceAuthorization.onError(onOAuthError);

deviceAuthorization.post("/", limitOAuthBody(), async (c) => {
  const request = await readClientRequest(c, "CREATE_LIMIT");
  if (!request.ok) return oauthError(c, request.error);
  const { client, form, resources } = request.value;
  if (!client.device_grant) return oauthError(c, DEVICE_GRANT_OFF);
  const { issuer, deviceTtl } = c.var.config;
  const scope = parseDeviceScope(form);
  if (!scope.ok) return oauthError(c, scope.error);
  const requested = readResources(client, issuer, resources);
  if (!requested.ok) return oauthError(c, requested.error);

  const { created, deviceCode } = await startDeviceSession(c, {
    ...clientParameters(c, client, scope.value),
    ...defined({ resources: grantedResources(requested.value) }),
    begunBy: { grant: "device_code" },
    codeTtl: DEVICE_REDEMPTION_TIME,
  });
  const phonePage = `${issuer}/phone`;
  return c.json(
    {
      device_code: deviceCode,
      user_code: created.user_code,
      verification_uri: phonePage,
      ...(client.prefilled_user_code
        ? { verification_uri_complete: `${phonePage}?user_code=${created.user_code}` }
        : {}),
      expires_in: deviceTtl / 1000,
      interval: INTERVAL / 1000,
      // An extension: the client can watch the session, and poll once when it is approved.
      session_id: created.session_id,
      watch_token: created.watch_token,
      events_endpoint: `${issuer}/sessions/${created.session_id}/events`,
    },
    200,
    NO_STORE,
  );
});

deviceAuthorization.all("/", methodNotAllowed("POST"));
