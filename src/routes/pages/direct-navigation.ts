import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";

/**
 * Whether the person opened this address themselves, rather than another site. The browser says so in
 * `Sec-Fetch-Site`, which no page can set (Fetch Metadata §2.4): `none` for a camera app, an address
 * that was typed or a bookmark, `same-origin` for our own pages. The value survives redirects and
 * reloads. Any other value, or no header (Safari before 16.4, some in-app browsers), is not direct.
 *
 * A page that is answered differently by it needs `Vary: Sec-Fetch-Site`.
 */
export function isDirectNavigation(c: Context<AppEnv>): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return site === "none" || site === "same-origin";
}
