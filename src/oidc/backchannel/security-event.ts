import { SignJWT } from "jose";
import * as v from "valibot";
import { configOf } from "../../config/index.ts";
import { schemaOf } from "../../lib/row-format.ts";
import { Status } from "../../protocol/snapshot.ts";
import { ALGORITHM } from "../../lib/jwk.ts";
import { signingKey } from "../keys/signing-key-cache.ts";
import type { DeliveryResult } from "../../lib/outbox/outbox-store.ts";
import { deliveryFormat } from "../../lib/outbox/delivery-format.ts";
import { httpPost, type ReceiverResponse } from "../../lib/outbox/http-post.ts";
import type { Delivery } from "../../lib/outbox/outbox.ts";
import { callbackUrl } from "./callback-url.ts";
import { sendThroughCircuit } from "./send-through-circuit.ts";

/**
 * Sent to a client's `callback_uri` when a login is approved or ends. It has no code: the browser
 * or device that started the login gets that by watching.
 */
export interface LoginEvent {
  clientId: string;
  sessionId: string;
  status: Status;
  version: number;
  /** When it was queued, in milliseconds since the epoch. */
  toldAt: number;
}

export const LOGIN_EVENTS = deliveryFormat(
  "callback to a client",
  schemaOf<LoginEvent>()(
    v.object({
      clientId: v.string(),
      sessionId: v.string(),
      status: Status,
      version: v.number(),
      toldAt: v.number(),
    }),
  ),
);

/** The only event type (RFC 8417 §2.2, "events"). */
export const LOGIN_EVENT = "urn:qr-login:event:login-session";

/** Makes one attempt to send an event, unless the circuit of the receiver is open. */
export function sendLoginEvent(env: Env, delivery: Delivery<LoginEvent>): Promise<DeliveryResult> {
  const { id, message } = delivery;
  const receiver = { clientId: message.clientId, setting: "callback_uri" as const };
  return sendThroughCircuit(env, receiver, delivery, () => postLoginEvent(env, id, message));
}

/** RFC 8935 §2.1. */
async function postLoginEvent(env: Env, id: string, event: LoginEvent): Promise<DeliveryResult> {
  const uri = callbackUrl(env, event.clientId, "callback_uri");
  if (uri === undefined)
    return { end: "refused", reason: "the client has no callback_uri any more" };
  const answer = await httpPost(
    {
      uri,
      headers: { "Content-Type": "application/secevent+jwt", Accept: "application/json" },
      body: await securityEventToken(env, id, event),
    },
    configOf(env).issuer,
  );
  return answer.ok ? classifyResponse(answer.value) : { end: "failed", reason: answer.error };
}

/** Signs a security event token (RFC 8417 §2.2), anew for each attempt and with the same claims. */
async function securityEventToken(env: Env, id: string, event: LoginEvent): Promise<string> {
  const { kid, key } = await signingKey(env);
  const { clientId, sessionId, status, version, toldAt } = event;
  return await new SignJWT({
    iss: configOf(env).issuer,
    aud: clientId,
    iat: Math.floor(toldAt / 1000),
    jti: id,
    // RFC 9493 §3.2.7: the subject is a login, not a user.
    sub_id: { format: "opaque", id: sessionId },
    events: { [LOGIN_EVENT]: { session_id: sessionId, status, version } },
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: "secevent+jwt", kid })
    .sign(key);
}

/** RFC 8935 §2.3. */
const Refusal = v.object({ err: v.pipe(v.string(), v.regex(/^\w{1,50}$/)) });

/** Anything but an acceptance or a refusal with a reason counts as a temporary failure. */
export function classifyResponse({ status, refusal }: ReceiverResponse): DeliveryResult {
  // RFC 8935 §2.2: no other status means success.
  if (status === 202) return { end: "accepted" };
  const refused = v.safeParse(Refusal, refusal);
  if (status === 400 && refused.success) return { end: "refused", reason: refused.output.err };
  return { end: "failed", reason: `it was answered ${status}` };
}
