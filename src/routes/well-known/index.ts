import { Hono } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";
import { discovery } from "./discovery.ts";
import { appleAppSiteAssociation, assetLinks } from "./app-associations.ts";
import { publishedKeys } from "../../oidc/keys/signing-key-cache.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { problemResponse } from "../middleware/problem-response.ts";
import { limitRate } from "../middleware/rate-limit.ts";

/**
 * An hour in a cache: a key is published a day before it signs (oauth/key-plan.ts), so a copy may be
 * much older than that and still know the key of every token.
 */
const CACHED = { "Cache-Control": "public, max-age=3600" };

const CORS = "Access-Control-Allow-Origin";

/** What others look for at a fixed address (RFC 8615). All of it is public. */
export const wellKnown = new Hono<AppEnv>();

wellKnown.use(etag({ retainedHeaders: [...RETAINED_304_HEADERS, CORS] }));

wellKnown.route("/", discovery);

/** Our public keys (RFC 7517 §5). */
wellKnown.get("/jwks.json", limitRate("TOKEN_LIMIT", "jwks"), async (c) => {
  const { jwks } = await publishedKeys(c.env);
  return c.body(JSON.stringify({ keys: jwks }), 200, {
    ...CACHED,
    // The registered type (RFC 7517 §8.5), which says what this is; who reads key sets takes it
    // like application/json.
    "Content-Type": "application/jwk-set+json",
    // Public keys are for everybody, and the request carries nothing of the person's.
    [CORS]: "*",
  });
});

/** Lets the configured iOS apps open scanned links, and use this site's passkeys. */
wellKnown.get("/apple-app-site-association", (c) => {
  const association = appleAppSiteAssociation(c.var.config);
  return association ? c.json(association, 200, CACHED) : problemResponse("not_found");
});

/** The same for Android. */
wellKnown.get("/assetlinks.json", (c) => {
  const links = assetLinks(c.var.config);
  return links ? c.json(links, 200, CACHED) : problemResponse("not_found");
});

for (const path of ["/jwks.json", "/apple-app-site-association", "/assetlinks.json"]) {
  wellKnown.all(path, methodNotAllowed("GET"));
}
