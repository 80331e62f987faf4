import * as v from "valibot";
import { configOf } from "../../config/index.ts";
import { schemaOf } from "../../lib/row-format.ts";
import { signOwnJwt } from "../keys/jwt.ts";
import type { DeliveryResult } from "../../lib/outbox/outbox-store.ts";
import { deliveryFormat } from "../../lib/outbox/delivery-format.ts";
import { httpPost, type ReceiverResponse } from "../../lib/outbox/http-post.ts";
import type { Delivery } from "../../lib/outbox/outbox.ts";
import { callbackUrl } from "./callback-url.ts";
import { sendThroughCircuit } from "./send-through-circuit.ts";

/** What a client's `backchannel_logout_uri` is told: that a login of its person was ended elsewhere. */
export interface LogoutNotice {
  clientId: string;
  sub: string;
  /** The login, as its ID token named it. */
  sid: string;
}

export const LOGOUTS = deliveryFormat(
  "logout of a client",
  schemaOf<LogoutNotice>()(v.object({ clientId: v.string(), sub: v.string(), sid: v.string() })),
);

/** OpenID Connect Back-Channel Logout §2.4, "events". */
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** §4: short, so that a token that was caught is soon worth nothing. */
const TTL = 120_000;

/** Sends one logout, once, unless the client's receiver is known to be down. */
export function sendLogout(env: Env, delivery: Delivery<LogoutNotice>): Promise<DeliveryResult> {
  const { id, message } = delivery;
  const receiver = { clientId: message.clientId, setting: "backchannel_logout_uri" as const };
  return sendThroughCircuit(env, receiver, delivery, () => postLogout(env, id, message));
}

/** §2.5. */
async function postLogout(env: Env, id: string, logout: LogoutNotice): Promise<DeliveryResult> {
  const uri = callbackUrl(env, logout.clientId, "backchannel_logout_uri");
  if (uri === undefined) {
    return { end: "refused", why: "the client has no backchannel_logout_uri any more" };
  }
  const answer = await httpPost(
    {
      uri,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: new URLSearchParams({ logout_token: await logoutToken(env, id, logout) }).toString(),
    },
    configOf(env).issuer,
  );
  return answer.ok ? classifyResponse(answer.value) : { end: "failed", why: answer.error };
}

/**
 * §2.4: both who and which login, and never a nonce, so that it can't stand in for an ID token. A
 * try that comes later is a token of its own, since the first one's time is over, under the same `jti`.
 */
async function logoutToken(env: Env, id: string, logout: LogoutNotice): Promise<string> {
  const { clientId, sub, sid } = logout;
  const claims = { aud: clientId, sub, sid, jti: id, events: { [LOGOUT_EVENT]: {} } };
  return await signOwnJwt(env, "logout+jwt", claims, TTL);
}

/** §2.8. */
export function classifyResponse({ status }: ReceiverResponse): DeliveryResult {
  // Frameworks that have nothing to say answer 204.
  if (status === 200 || status === 204) return { end: "accepted" };
  // The client is there, has read it, and can't do it: once more would not help.
  if (status === 400) return { end: "refused", why: "it was answered 400" };
  return { end: "failed", why: `it was answered ${status}` };
}
