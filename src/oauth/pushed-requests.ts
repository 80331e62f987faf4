import { DurableObject } from "cloudflare:workers";
import { publicIdOf, stubOf } from "../crypto/object-id.ts";

/** RFC 9126 §2.2: what a pushed request is called begins so. */
const PREFIX = "urn:ietf:params:oauth:request_uri:";

/** How long a pushed request waits for the browser, in milliseconds. */
export const PUSHED_REQUEST_TTL = 60_000;

const KEY = "request";

interface PushedRequest {
  clientId: string;
  /** The parameters, as they were pushed: a form. */
  parameters: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * One authorization request that its client has sent ahead (RFC 9126): one row and an alarm, until it
 * is taken, which is once.
 */
export class PushedRequests extends DurableObject<Env> {
  async keep(request: Omit<PushedRequest, "expiresAt">): Promise<void> {
    const expiresAt = Date.now() + PUSHED_REQUEST_TTL;
    this.ctx.storage.kv.put<PushedRequest>(KEY, { ...request, expiresAt });
    await this.ctx.storage.setAlarm(expiresAt);
  }

  /** The request's parameters, for the browser of the client that pushed it; the first time only (§7.3). */
  async take(clientId: string): Promise<string | undefined> {
    const request = this.ctx.storage.kv.get<PushedRequest>(KEY);
    if (!request || request.clientId !== clientId) return undefined;
    // Before anything else can come between.
    this.ctx.storage.kv.delete(KEY);
    await this.ctx.storage.deleteAll();
    return Date.now() < request.expiresAt ? request.parameters : undefined;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }
}

/** Keeps a request, and says what it is called from now on. Only the runtime can make such a name. */
export async function pushRequest(env: Env, clientId: string, parameters: string): Promise<string> {
  const id = env.PUSHED_REQUESTS.newUniqueId();
  await env.PUSHED_REQUESTS.get(id).keep({ clientId, parameters });
  return PREFIX + publicIdOf(id);
}

/** Whether a request_uri means a request that was pushed here, used or not. */
export function isPushedRequestUri(requestUri: string): boolean {
  return requestUri.startsWith(PREFIX);
}

/** Takes a pushed request out. Undefined for one that never was, is over, or is another client's. */
export async function takePushedRequest(
  env: Env,
  clientId: string,
  requestUri: string,
): Promise<string | undefined> {
  const stub = stubOf(env.PUSHED_REQUESTS, requestUri.slice(PREFIX.length));
  return await stub?.take(clientId);
}
