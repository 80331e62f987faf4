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
 * What a client's `callback_uri` is told: that a login was approved or has ended, and nothing that
 * it could be redeemed with. The code is for whoever began the login, and that one can watch.
 */
export interface LoginEvent {
  clientId: string;
  sessionId: string;
  status: Status;
  version: number;
  /** Milliseconds since the epoch: when it was put into the outbox. */
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

/** The one kind of event there is, whoever issues it (RFC 8417 §2.2, "events"). */
export const LOGIN_EVENT = "urn:qr-login:event:login-session";

/** Sends one event, once, unless the client's receiver is known to be down. */
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

/**
 * A security event token (RFC 8417 §2.2). Every try is signed anew, by the key that signs then, and
 * says the same.
 */
async function securityEventToken(env: Env, id: string, event: LoginEvent): Promise<string> {
  const { kid, key } = await signingKey(env);
  const { clientId, sessionId, status, version, toldAt } = event;
  return await new SignJWT({
    iss: configOf(env).issuer,
    aud: clientId,
    iat: Math.floor(toldAt / 1000),
    jti: id,
    // RFC 9493 §3.2.7: it names a login, not a person.
    sub_id: { format: "opaque", id: sessionId },
    events: { [LOGIN_EVENT]: { session_id: sessionId, status, version } },
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: "secevent+jwt", kid })
    .sign(key);
}

/** RFC 8935 §2.3. */
const Refusal = v.object({ err: v.pipe(v.string(), v.regex(/^\w{1,50}$/)) });

/** What a receiver's answer means. Anything but an acceptance or a stated refusal is trouble, and may pass. */
export function classifyResponse({ status, refusal }: ReceiverResponse): DeliveryResult {
  // RFC 8935 §2.2: no other status says that the event was taken.
  if (status === 202) return { end: "accepted" };
  const stated = v.safeParse(Refusal, refusal);
  if (status === 400 && stated.success) return { end: "refused", reason: stated.output.err };
  return { end: "failed", reason: `it was answered ${status}` };
}
