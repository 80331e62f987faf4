import { Hono, type Context } from "hono";
import { LANGUAGES } from "../../i18n/languages.ts";
import { serverMetadata } from "../../oidc/metadata.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";

/** The server metadata, at both well-known paths (OpenID Connect Discovery §4, RFC 8414 §3). */
export const discovery = new Hono<AppEnv>();

for (const path of ["/openid-configuration", "/oauth-authorization-server"]) {
  discovery.get(path, (c: Context<AppEnv>) =>
    c.json(serverMetadata(c.var.config.issuer, LANGUAGES), 200, {
      // It changes only with a deployment.
      "Cache-Control": "public, max-age=3600",
    }),
  );
  discovery.all(path, methodNotAllowed("GET"));
}
