import { Hono, type Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/** The pages that aren't simply files: the phone page has many addresses. */
export const pages = new Hono<AppEnv>();

/** Its places in the account: the page reads from its address which one is wanted. */
for (const place of ["/devices", "/passkeys", "/history"]) pages.get(place, phonePage);

/**
 * Opening a link changes nothing, since whatever previews links opens it too. The page itself claims
 * the session, by a request of its own.
 */
pages.get("/q/:code", phonePage);

async function phonePage(c: Context<AppEnv>): Promise<Response> {
  const page = await c.env.ASSETS.fetch(new URL("/phone", c.var.config.issuer));
  return new Response(page.body, {
    status: page.status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
}
