import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";

/** The pages that aren't simply files: a scanned link opens the phone page, whichever link it is. */
export const pages = new Hono<AppEnv>();

/**
 * Opening a link changes nothing, since whatever previews links opens it too. The page itself claims
 * the session, by a request of its own.
 */
pages.get("/q/:code", async (c) => {
  const page = await c.env.ASSETS.fetch(new URL("/phone", c.var.config.issuer));
  return new Response(page.body, {
    status: page.status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
});
