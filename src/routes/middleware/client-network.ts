import type { Context } from "hono";
import { countedNetworks, type Network } from "../../login-session/domain/risk/network.ts";

/**
 * The client's IP address. Cloudflare sets this header, so clients can't forge it; without
 * Cloudflare in front they can (docs/operating.md).
 */
export function clientNetworkOf(c: Context): string | undefined {
  return c.req.header("CF-Connecting-IP");
}

/** The networks for which a request is counted, the narrowest first. */
export function networksOfClient(c: Context): Network[] {
  return countedNetworks(clientNetworkOf(c));
}
