import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";

/**
 * Whether the user opened this URL, and not another site. `Sec-Fetch-Site`, which no page can set
 * (Fetch Metadata §2.4), is `none` for a camera app, a typed URL or a bookmark, and `same-origin`
 * for our own pages. It survives redirects and reloads. False without the header (Safari before
 * 16.4, some in-app browsers).
 *
 * A response that depends on it needs `Vary: Sec-Fetch-Site`.
 */
export function isDirectNavigation(c: Context<AppEnv>): boolean {
  const site = c.req.header("Sec-Fetch-Site");
  return site === "none" || site === "same-origin";
}
