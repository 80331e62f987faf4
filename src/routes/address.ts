import type { Context } from "hono";
import { networkOf } from "../login/network-of.ts";

/**
 * The network that a request is counted under. The edge sets `CF-Connecting-IP` itself, so it can't be
 * forged there.
 */
export function addressOf(c: Context): string {
  return networkOf(c.req.header("CF-Connecting-IP") ?? "unknown");
}
