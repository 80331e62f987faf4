import type { Context } from "hono";
import { networkOf } from "../login/network.ts";

/**
 * The network that a request is counted under: all of an IPv6 /64 is one, however its addresses are
 * written. The edge sets `CF-Connecting-IP` itself, so it can't be forged there.
 */
export function addressOf(c: Context): string {
  return networkOf(c.req.header("CF-Connecting-IP")) ?? "unknown";
}
