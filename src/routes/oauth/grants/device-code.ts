import type { Context } from "hono";
import { err, type Result } from "../../../lib/result.ts";
import { DEVICE_GRANT_OFF, toDeviceGrantError } from "../../../oidc/token/device-errors.ts";
import { parseDevicePoll } from "../../../oidc/token/device-code-request.ts";
import type { OAuthError } from "../../../oidc/errors.ts";
import type { TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";
import { redeemCode } from "./redeem-code.ts";
import type { TokenRequest } from "./token-grant.ts";

/** The device code grant (RFC 8628 §3.4): a device polls until its login is decided. */
export async function deviceCode(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenResponse, OAuthError>> {
  if (!request.client.device_grant) return err(DEVICE_GRANT_OFF);
  const poll = parseDevicePoll(request.form);
  if (!poll.ok) return poll;
  const redeemed = await redeemCode(c, request, poll.value, { grant: "device_code" });
  return redeemed.ok ? redeemed : err(toDeviceGrantError(redeemed.error));
}
