import type { Context } from "hono";
import { networksOfClient } from "../middleware/client-network.ts";
import type { AppEnv } from "../app-env.ts";
import { isKeyWithinRate, SHARES } from "../middleware/rate-limit.ts";

/**
 * Protects client secrets against brute force (RFC 6749 §2.3.1), without letting an attacker lock a
 * client out.
 *
 * Failures are counted by client and network. A network with too many failures may not authenticate
 * as this client for a minute, not even with the right secret. Failures are also counted for the
 * client alone, with a higher limit: beyond it, one failure blocks its network for a minute. So
 * guessing from many networks is slow too, and the right secret from a network without failures is
 * always accepted.
 *
 * Nothing is stored and no object is called: the counts are those of the rate limit bindings, and
 * the blocked networks are in the memory of this isolate.
 */

/** Milliseconds for which a network is blocked. */
const BLOCK_TIME = 60_000;

/** The most entries of `blockedUntil`. The oldest are deleted first. */
const MAX_BLOCKED = 10_000;

/** The limit of all networks together, as a multiple of one network's. */
const CLIENT_SHARES = 16;

/** When a block ends, by client and network, in milliseconds since the epoch. */
const blockedUntil = new Map<string, number>();

/** Whether the client may authenticate from the networks of the request. */
export function mayAuthenticate(c: Context<AppEnv>, clientId: string): boolean {
  const now = Date.now();
  return networks(c).every(({ cidr }) => (blockedUntil.get(keyOf(clientId, cidr)) ?? 0) <= now);
}

export async function recordFailedAuthentication(
  c: Context<AppEnv>,
  clientId: string,
): Promise<void> {
  const all = networks(c);
  for (const { cidr, length } of all) {
    const key = keyOf(clientId, cidr);
    if (await isKeyWithinRate(c.env, "CLIENT_FAILURE_LIMIT", key, SHARES[length])) continue;
    block(clientId, cidr);
    return;
  }
  const [narrowest] = all;
  const limit = isKeyWithinRate(c.env, "CLIENT_FAILURE_LIMIT", clientId, CLIENT_SHARES);
  if (narrowest && !(await limit)) block(clientId, narrowest.cidr);
}

function block(clientId: string, cidr: string): void {
  console.warn(`Client ${clientId} fails to authenticate too often: refused from one network`);
  const [oldest] = blockedUntil.keys();
  if (blockedUntil.size >= MAX_BLOCKED && oldest !== undefined) blockedUntil.delete(oldest);
  blockedUntil.set(keyOf(clientId, cidr), Date.now() + BLOCK_TIME);
}

/** An IPv4 /24 often belongs to several customers, unlike an IPv6 /48, so it is not counted. */
function networks(c: Context<AppEnv>) {
  return networksOfClient(c).filter(({ length }) => length !== 24);
}

function keyOf(clientId: string, cidr: string): string {
  return `${clientId} ${cidr}`;
}
