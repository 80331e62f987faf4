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
  /** When it expires, in milliseconds since the epoch. The first opening extends it. */
  expiresAt: number;
  /** Lifetime of a login session that it starts, in milliseconds. */
  sessionTtl: number;
  openedAt?: number;
  /** The login session that was approved last. No other one may be redeemed. */
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
 * A reload of the page opens the request again (§4). Each opening starts a new login session, until the
 * request expires, and after that while an approved session of it waits to be redeemed. One session of
 * it is redeemed, so that its `state` and `nonce` are used for one login (§7.3): an approval ends the
 * session that was approved before, and after a redemption the request can't be opened again.
 */
export class PushedRequests extends DurableObject<Env> {
  async keep(
    request: Pick<PushedRequest, "clientId" | "parameters" | "sessionTtl">,
  ): Promise<void> {
    const expiresAt = Date.now() + PUSHED_REQUEST_TTL;
    this.#save({ ...request, expiresAt });
    // A session that starts at the last moment, after another one was approved, can be approved for its whole lifetime.
    await this.ctx.storage.setAlarm(expiresAt + 3 * request.sessionTtl);
  }

  /** The request, if this client pushed it. It may have expired, if a session of it was approved. */
  open(clientId: string): FoundRequest | undefined {
    const request = this.#load();
    const now = Date.now();
    if (!request || request.clientId !== clientId) return undefined;
    const { parameters, approved } = request;
    const isExpired = now >= request.expiresAt;
    if (approved !== undefined) return { parameters, isExpired, approved };
    if (isExpired) return undefined;
    if (request.openedAt === undefined) {
      this.#save({ ...request, openedAt: now, expiresAt: now + request.sessionTtl });
    }
    return { parameters, isExpired };
  }

  /**
   * Reserves the request for a login session that is about to be approved, unless another one was approved. `instead`:
   * a session that was approved before and is over. Returns the session that it is reserved for.
   */
  reserve(sessionId: string, instead?: string): string | undefined {
    const request = this.#load();
    if (!request) return undefined;
    const { approved } = request;
    if (approved !== undefined && approved !== instead) return approved;
    this.#save({ ...request, approved: sessionId });
    return sessionId;
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

interface FoundRequest {
  parameters: string;
  isExpired: boolean;
  /** The login session that was approved, if any. */
  approved?: string;
}

/** Whether a request can be opened again, one of whose login sessions was approved. */
type CanReopen = (approved: string, isExpired: boolean) => Promise<boolean>;

export interface OpenedRequest {
  /** Its public id. */
  id: string;
  parameters: string;
}

/**
 * Opens a pushed request. Undefined if it is unknown or expired, was pushed by another client, or must not be
 * reopened.
 */
export async function openPushedRequest(
  env: Env,
  clientId: string,
  requestUri: string,
  canReopen: CanReopen,
): Promise<OpenedRequest | undefined> {
  const id = requestUri.slice(PREFIX.length);
  using found = await stubFromPublicId(env.PUSHED_REQUESTS, id)?.open(clientId);
  if (!found) return undefined;
  const { parameters, isExpired, approved } = found;
  if (approved !== undefined && !(await canReopen(approved, isExpired))) return undefined;
  return { id, parameters };
}

/**
 * Reserves a pushed request for a login session that is about to be approved. False if another session of it was
 * redeemed. `end` ends a session that was approved before, and returns false if it was redeemed.
 */
export async function reservePushedRequest(
  env: Env,
  id: string,
  sessionId: string,
  end: (approved: string) => Promise<boolean>,
): Promise<boolean> {
  let instead: string | undefined;
  for (;;) {
    const holder = await stubFromPublicId(env.PUSHED_REQUESTS, id)?.reserve(sessionId, instead);
    if (holder === undefined || holder === sessionId) return holder === sessionId;
    if (!(await end(holder))) return false;
    instead = holder;
  }
}
