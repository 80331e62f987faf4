import { Hono } from "hono";
import type { AppEnv } from "./app-env.ts";

/** The pages that aren't simply files: the phone page has many addresses, and reads from them what is wanted. */
export const pages = new Hono<AppEnv>();

/** A scanned link, whichever it is, and the places in the account. */
const PHONE_PAGE = ["/q/:code", "/devices", "/passkeys", "/history"];

/**
 * Opening a link changes nothing, since whatever previews links opens it too. The page itself claims
 * the session, by a request of its own.
 */
pages.on("GET", PHONE_PAGE, async (c) => {
  const page = await c.env.ASSETS.fetch(new URL("/phone", c.var.config.issuer));
  return new Response(page.body, {
    status: page.status,
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
  });
});
