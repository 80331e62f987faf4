import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { encodeObjectId, stubFromPublicId } from "../../lib/object-id.ts";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";

/** RFC 9126 §2.2: what a pushed request is called begins so. */
const PREFIX = "urn:ietf:params:oauth:request_uri:";

/** How long a pushed request waits for the browser, in milliseconds. */
export const PUSHED_REQUEST_TTL = 60_000;

const KEY = "request";

interface PushedRequest {
  clientId: string;
  /** The parameters, as they were pushed: a form. */
  parameters: string;
  /** When it can no longer be opened, milliseconds since the epoch: by the first time, or by a reload. */
  expiresAt: number;
  /** How long a login lives that is begun with it, in milliseconds. */
  sessionTtl: number;
  openedAt?: number;
  /** The login session that was approved. */
  approved?: string;
}

export const PUSHED_REQUEST = new RowFormat(
  "pushed request",
  schemaOf<PushedRequest>()(
    v.object({
      clientId: v.string(),
      parameters: v.string(),
      expiresAt: v.number(),
      sessionTtl: v.number(),
      openedAt: v.exactOptional(v.number()),
      approved: v.exactOptional(v.string()),
    }),
  ),
  // Version 0 could be opened once, and didn't say how long its logins live.
  [(request) => ({ sessionTtl: 0, ...request })],
);

/**
 * One authorization request that its client has sent ahead (RFC 9126): one row and an alarm.
 *
 * A browser that reloads the page, or comes back to it, opens the request again (§4), so it can be opened
 * as long as the first login could last that was begun with it. Each opening begins a login
 * session of its own. The first of them that is approved spends the request: it can't be opened any
 * more, and no other session of it can be approved, so that its `state` and `nonce` serve one login (§7.3).
 */
export class PushedRequests extends DurableObject<Env> {
  async keep(
    request: Pick<PushedRequest, "clientId" | "parameters" | "sessionTtl">,
  ): Promise<void> {
    const expiresAt = Date.now() + PUSHED_REQUEST_TTL;
    this.#save({ ...request, expiresAt });
    // A reload at the last moment begins a session that can still be approved as long as it lives.
    await this.ctx.storage.setAlarm(expiresAt + 2 * request.sessionTtl);
  }

  /** The request's parameters, for the browser of the client that pushed it. */
  open(clientId: string): string | undefined {
    const request = this.#load();
    const now = Date.now();
    if (!request || request.clientId !== clientId || request.approved !== undefined)
      return undefined;
    if (now >= request.expiresAt) return undefined;
    if (request.openedAt === undefined) {
      this.#save({ ...request, openedAt: now, expiresAt: now + request.sessionTtl });
    }
    return request.parameters;
  }

  /** Spends the request on a login session that is about to be approved. Refused where another one was. */
  spend(sessionId: string): boolean {
    const request = this.#load();
    if (!request) return false;
    if (request.approved !== undefined) return request.approved === sessionId;
    this.#save({ ...request, parameters: "", approved: sessionId });
    return true;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #load(): PushedRequest | undefined {
    return PUSHED_REQUEST.get(this.ctx.storage.kv, KEY);
  }

  #save(request: PushedRequest): void {
    PUSHED_REQUEST.put(this.ctx.storage.kv, KEY, request);
  }
}

/** Keeps a request, and says what it is called from now on. Only the runtime can make such a name. */
export async function pushRequest(
  env: Env,
  request: Pick<PushedRequest, "clientId" | "parameters" | "sessionTtl">,
): Promise<string> {
  const id = env.PUSHED_REQUESTS.newUniqueId();
  await env.PUSHED_REQUESTS.get(id).keep(request);
  return PREFIX + encodeObjectId(id);
}

/** Whether a request_uri means a request that was pushed here, spent or not. */
export function isPushedRequestUri(requestUri: string): boolean {
  return requestUri.startsWith(PREFIX);
}

/** A pushed request that was opened. */
export interface OpenedRequest {
  /** Its public id. */
  id: string;
  parameters: string;
}

/** Opens a pushed request. Undefined for one that never was, is over or spent, or is another client's. */
export async function openPushedRequest(
  env: Env,
  clientId: string,
  requestUri: string,
): Promise<OpenedRequest | undefined> {
  const id = requestUri.slice(PREFIX.length);
  const parameters = await stubFromPublicId(env.PUSHED_REQUESTS, id)?.open(clientId);
  return parameters === undefined ? undefined : { id, parameters };
}

/** Spends a pushed request, by its public id. Refused where another session of it was approved. */
export async function spendPushedRequest(
  env: Env,
  id: string,
  sessionId: string,
): Promise<boolean> {
  return (await stubFromPublicId(env.PUSHED_REQUESTS, id)?.spend(sessionId)) ?? false;
}
