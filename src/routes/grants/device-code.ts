import type { Context } from "hono";
import { refusal, type Result } from "../../login/errors.ts";
import { DEVICE_GRANT_OFF, toldToDevice } from "../../oauth/device-errors.ts";
import { parseDevicePoll } from "../../oauth/device-request.ts";
import type { TokenError } from "../../oauth/errors.ts";
import type { TokenAnswer } from "../../oauth/tokens.ts";
import type { AppEnv } from "../app-env.ts";
import { redeemCode } from "./redeem-code.ts";
import type { TokenRequest } from "./token-grant.ts";

/** A device asks whether its login is decided, and gets its tokens when it is (RFC 8628 §3.4). */
export async function deviceCode(
  c: Context<AppEnv>,
  request: TokenRequest,
): Promise<Result<TokenAnswer, TokenError>> {
  if (!request.client.device_grant) return refusal(DEVICE_GRANT_OFF);
  const poll = parseDevicePoll(request.form);
  if (!poll.ok) return poll;
  const redeemed = await redeemCode(c, request, poll.value, { grant: "device_code" });
  return redeemed.ok ? redeemed : refusal(toldToDevice(redeemed.error));
}
