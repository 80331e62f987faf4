import type { Context } from "hono";
import { countedNetworks, type Network } from "../../login-session/domain/risk/network.ts";

/**
 * The address that a request came from. Cloudflare sets this header itself, so clients can't forge
 * it there. Where Cloudflare is not in front, it is whatever the client says (docs/operating.md).
 */
export function clientNetworkOf(c: Context): string | undefined {
  return c.req.header("CF-Connecting-IP");
}

/** The networks that a request is counted under, the narrowest first. */
export function networksOfClient(c: Context): Network[] {
  return countedNetworks(clientNetworkOf(c));
}
