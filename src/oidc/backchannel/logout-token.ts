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

/** Sent to a client's `backchannel_logout_uri` when a login is ended elsewhere. */
export interface LogoutNotice {
  clientId: string;
  sub: string;
  /** The login, as in its ID token. */
  sid: string;
}

export const LOGOUTS = deliveryFormat(
  "logout of a client",
  schemaOf<LogoutNotice>()(v.object({ clientId: v.string(), sub: v.string(), sid: v.string() })),
);

/** OpenID Connect Back-Channel Logout §2.4, "events". */
const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

/** §4 recommends a short lifetime. Milliseconds. */
const TTL = 120_000;

/** Makes one attempt to send a logout token, unless the circuit of the receiver is open. */
export function sendLogout(env: Env, delivery: Delivery<LogoutNotice>): Promise<DeliveryResult> {
  const { id, message } = delivery;
  const receiver = { clientId: message.clientId, setting: "backchannel_logout_uri" as const };
  return sendThroughCircuit(env, receiver, delivery, () => postLogout(env, id, message));
}

/** §2.5. */
async function postLogout(env: Env, id: string, logout: LogoutNotice): Promise<DeliveryResult> {
  const uri = callbackUrl(env, logout.clientId, "backchannel_logout_uri");
  if (uri === undefined) {
    return { end: "refused", reason: "the client has no backchannel_logout_uri any more" };
  }
  const answer = await httpPost(
    {
      uri,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: new URLSearchParams({ logout_token: await logoutToken(env, id, logout) }).toString(),
    },
    configOf(env).issuer,
  );
  return answer.ok ? classifyResponse(answer.value) : { end: "failed", reason: answer.error };
}

/**
 * §2.4: signed with the algorithm of the client's ID tokens, with `sub` and `sid`, and without a nonce, so that it can't be used as an ID token. Each
 * attempt signs a new token with the same `jti`, since the previous one may have expired.
 */
async function logoutToken(env: Env, id: string, logout: LogoutNotice): Promise<string> {
  const { clientId, sub, sid } = logout;
  const claims = { aud: clientId, sub, sid, jti: id, events: { [LOGOUT_EVENT]: {} } };
  const client = configOf(env).clients.get(clientId);
  return await signOwnJwt(env, "logout+jwt", claims, TTL, client?.id_token_signed_response_alg);
}

/** §2.8. */
export function classifyResponse({ status }: ReceiverResponse): DeliveryResult {
  // Some frameworks answer 204 to an empty response.
  if (status === 200 || status === 204) return { end: "accepted" };
  // The client rejected the token, so another attempt would not help.
  if (status === 400) return { end: "refused", reason: "it was answered 400" };
  return { end: "failed", reason: `it was answered ${status}` };
}
