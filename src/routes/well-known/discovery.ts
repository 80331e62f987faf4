import { Hono, type Context } from "hono";
import { serverMetadata } from "../../oidc/metadata.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";

/** What this server can do, under both of its names (OpenID Connect Discovery §4, RFC 8414 §3). */
export const discovery = new Hono<AppEnv>();

for (const path of ["/openid-configuration", "/oauth-authorization-server"]) {
  discovery.get(path, (c: Context<AppEnv>) =>
    c.json(serverMetadata(c.var.config.issuer), 200, {
      // It changes with a deployment at most.
      "Cache-Control": "public, max-age=3600",
      // For everybody: it says nothing about anyone.
      "Access-Control-Allow-Origin": "*",
    }),
  );
  discovery.all(path, methodNotAllowed("GET"));
}
