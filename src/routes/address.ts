import type { Context } from "hono";

/**
 * The network address that a request is counted under. The edge sets `CF-Connecting-IP` itself, so
 * it can't be forged there. An IPv6 address counts by its /64, which is what one household has.
 */
export function addressOf(c: Context): string {
  const ip = c.req.header("CF-Connecting-IP") ?? "unknown";
  return ip.includes(":") ? ip.split(":").slice(0, 4).join(":") : ip;
}
