import { DurableObject } from "cloudflare:workers";
import * as v from "valibot";
import { encodeObjectId, stubFromPublicId } from "../../lib/object-id.ts";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";

/** RFC 9126 §2.2: the prefix of every `request_uri`. */
const PREFIX = "urn:ietf:params:oauth:request_uri:";

/** How long a pushed request can be opened for the first time, in milliseconds. */
export const PUSHED_REQUEST_TTL = 60_000;

const KEY = "request";

interface PushedRequest {
  clientId: string;
  /** The pushed parameters, form-encoded. */
  parameters: string;
  /** When it can no longer be opened, in milliseconds since the epoch. The first opening extends it. */
  expiresAt: number;
  /** Lifetime of a login session that it starts, in milliseconds. */
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
  // Version 0 could be opened only once, and had no sessionTtl.
  [(request) => ({ sessionTtl: 0, ...request })],
);

/**
 * One pushed authorization request (RFC 9126): one row and an alarm.
 *
 * A reload of the page opens the request again (§4), so it can be opened until its first login
 * session expires. Each opening starts a new login session. The first approved one spends the
 * request: it can't be opened again, and no other session of it can be approved, so that its
 * `state` and `nonce` are used for one login (§7.3).
 */
export class PushedRequests extends DurableObject<Env> {
  async keep(
    request: Pick<PushedRequest, "clientId" | "parameters" | "sessionTtl">,
  ): Promise<void> {
    const expiresAt = Date.now() + PUSHED_REQUEST_TTL;
    this.#save({ ...request, expiresAt });
    // A session that starts at the last moment can be approved for its whole lifetime.
    await this.ctx.storage.setAlarm(expiresAt + 2 * request.sessionTtl);
  }

  /** The request's parameters, if this client pushed it. */
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

  /**
   * Spends the request on a login session that is about to be approved. False if another one was
   * approved.
   */
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

/** Stores a request, and returns its `request_uri`. Only the runtime can create a valid one. */
export async function pushRequest(
  env: Env,
  request: Pick<PushedRequest, "clientId" | "parameters" | "sessionTtl">,
): Promise<string> {
  const id = env.PUSHED_REQUESTS.newUniqueId();
  await env.PUSHED_REQUESTS.get(id).keep(request);
  return PREFIX + encodeObjectId(id);
}

/** Whether a `request_uri` has the form of a request that was pushed here. */
export function isPushedRequestUri(requestUri: string): boolean {
  return requestUri.startsWith(PREFIX);
}

export interface OpenedRequest {
  /** Its public id. */
  id: string;
  parameters: string;
}

/** Opens a pushed request. Undefined if it is unknown, expired or spent, or was pushed by another client. */
export async function openPushedRequest(
  env: Env,
  clientId: string,
  requestUri: string,
): Promise<OpenedRequest | undefined> {
  const id = requestUri.slice(PREFIX.length);
  const parameters = await stubFromPublicId(env.PUSHED_REQUESTS, id)?.open(clientId);
  return parameters === undefined ? undefined : { id, parameters };
}

/** Spends a pushed request. False if another session of it was approved. */
export async function spendPushedRequest(
  env: Env,
  id: string,
  sessionId: string,
): Promise<boolean> {
  return (await stubFromPublicId(env.PUSHED_REQUESTS, id)?.spend(sessionId)) ?? false;
}
