import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { sha256 } from "../../lib/digest.ts";
import { seal, unseal } from "../../oidc/token/sealed-reference.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * The cookie of a browser that stays logged in here: `<reference>.<secret>`. The account stores the hash of the secret.
 * The reference seals this hash and the account, so a forged cookie, or another secret with a genuine reference, is
 * refused without a call to an object.
 *
 * `SameSite=Lax`: a navigation from a client's site to /authorize sends it; a request of another site's page, form or
 * frame does not. The prefix `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2).
 */
const NAME = "sso";

const OPTIONS: CookieOptions = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Lax",
};

const FORM = /^([\w-]{1,2048})\.([\w-]{43})$/;

/** The account that a cookie names, and the hash of its secret. Whether the browser is logged in is not verified yet. */
export interface BrowserKey {
  sub: string;
  secretHash: string;
}

/** Undefined if there is no cookie, or this server did not make it. */
export async function browserKey(c: Context<AppEnv>): Promise<BrowserKey | undefined> {
  const [, reference, secret] = FORM.exec(getCookie(c, NAME, "host") ?? "") ?? [];
  if (reference === undefined || secret === undefined) return undefined;
  const secretHash = await sha256(secret);
  const text = await unseal(c.env, "browser_session", reference);
  const prefix = `${secretHash}.`;
  if (!text?.startsWith(prefix)) return undefined;
  return { sub: text.slice(prefix.length), secretHash };
}

/** The cookie for an account and a new secret, whose hash is in `key`. */
export async function setSsoCookie(
  c: Context<AppEnv>,
  { sub, secretHash }: BrowserKey,
  secret: string,
): Promise<void> {
  const reference = await seal(c.env, "browser_session", `${secretHash}.${sub}`);
  const maxAge = c.var.config.ssoTtl / 1000;
  setCookie(c, NAME, `${reference}.${secret}`, { ...OPTIONS, maxAge });
}

/** Does nothing for a browser without the cookie. */
export function clearSsoCookie(c: Context<AppEnv>): void {
  if (getCookie(c, NAME, "host") !== undefined) deleteCookie(c, NAME, OPTIONS);
}
