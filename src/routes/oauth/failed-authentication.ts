import type { Context } from "hono";
import { networksOfClient } from "../middleware/client-network.ts";
import type { AppEnv } from "../app-env.ts";
import { isKeyWithinRate, SHARES } from "../middleware/rate-limit.ts";

/**
 * Protects client secrets against brute force (RFC 6749 §2.3.1), without letting anybody shut a client
 * out by failing on purpose.
 *
 * Failures are counted by client and network. A network that fails too often may not authenticate as
 * this client for a minute, not even with the right secret. The honest client has the right secret,
 * and so is only refused where it shares its network with whoever guesses. Failures are counted for
 * the client alone, too, and widely: beyond that limit, each failure is the last one of its network
 * for a minute. So guessing from many networks is slow as well, and the right secret from a network
 * that did not fail is always taken.
 *
 * Nothing is stored and no object is asked, so failing on purpose costs us nothing: the counts are
 * those of the rate limit bindings, and what follows from them is in the memory of this isolate.
 */

/** How long a network may not authenticate as a client, in milliseconds. */
const REFUSED_FOR = 60_000;

/** Networks that are remembered at most. The oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

/** What all networks together may fail: so many times what one may. */
const CLIENT_SHARES = 16;

/** Until when a client is refused from a network, in milliseconds since the epoch. */
const refusedUntil = new Map<string, number>();

/** Whether a client may try to authenticate from where a request came from. */
export function mayAuthenticate(c: Context<AppEnv>, clientId: string): boolean {
  const now = Date.now();
  return networks(c).every(({ cidr }) => (refusedUntil.get(keyOf(clientId, cidr)) ?? 0) <= now);
}

export async function recordFailedAuthentication(
  c: Context<AppEnv>,
  clientId: string,
): Promise<void> {
  const all = networks(c);
  for (const { cidr, length } of all) {
    const key = keyOf(clientId, cidr);
    if (await isKeyWithinRate(c.env, "CLIENT_FAILURE_LIMIT", key, SHARES[length])) continue;
    refuse(clientId, cidr);
    return;
  }
  const [narrowest] = all;
  const limit = isKeyWithinRate(c.env, "CLIENT_FAILURE_LIMIT", clientId, CLIENT_SHARES);
  if (narrowest && !(await limit)) refuse(clientId, narrowest.cidr);
}

function refuse(clientId: string, cidr: string): void {
  console.warn(`Client ${clientId} fails to authenticate too often: refused from one network`);
  const [oldest] = refusedUntil.keys();
  if (refusedUntil.size >= MAX_REMEMBERED && oldest !== undefined) refusedUntil.delete(oldest);
  refusedUntil.set(keyOf(clientId, cidr), Date.now() + REFUSED_FOR);
}

/** Neighbours in an IPv4 /24 are often strangers to each other, unlike those in an IPv6 /48. */
function networks(c: Context<AppEnv>) {
  return networksOfClient(c).filter(({ length }) => length !== 24);
}

function keyOf(clientId: string, cidr: string): string {
  return `${clientId} ${cidr}`;
}
