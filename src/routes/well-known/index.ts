import { Hono } from "hono";
import { etag } from "hono/etag";
import { discovery } from "./discovery.ts";
import { appleAppSiteAssociation, assetLinks } from "./app-associations.ts";
import { publishedKeys } from "../../oidc/keys/signing-key-cache.ts";
import type { AppEnv } from "../app-env.ts";
import { keySetType } from "./key-set-type.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { problemResponse } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";

/**
 * An hour: a key is published a day before it signs (oidc/keys/key-rotation.ts), so a cached copy
 * has the key of every token.
 */
const CACHED = { "Cache-Control": "public, max-age=3600" };

/** Well-known URIs (RFC 8615). All data is public. */
export const wellKnown = new Hono<AppEnv>();

// Weak (RFC 9110 §8.8.1): the key set has the same tag in both of its types.
wellKnown.use(etag({ weak: true }));

wellKnown.route("/", discovery);

/** Our public keys (RFC 7517 §5). */
wellKnown.get("/jwks.json", limitRate("TOKEN_LIMIT", "jwks"), async (c) => {
  const { jwks } = await publishedKeys(c.env);
  return c.body(JSON.stringify({ keys: jwks }), 200, {
    ...CACHED,
    "Content-Type": keySetType(c.req.header("Accept")),
    // RFC 9110 §12.5.5.
    Vary: "Accept",
  });
});

wellKnown.get("/apple-app-site-association", (c) => {
  const association = appleAppSiteAssociation(c.var.config);
  return association ? c.json(association, 200, CACHED) : problemResponse("not_found");
});

wellKnown.get("/assetlinks.json", (c) => {
  const links = assetLinks(c.var.config);
  return links ? c.json(links, 200, CACHED) : problemResponse("not_found");
});

for (const path of ["/jwks.json", "/apple-app-site-association", "/assetlinks.json"]) {
  wellKnown.all(path, methodNotAllowed("GET"));
}
