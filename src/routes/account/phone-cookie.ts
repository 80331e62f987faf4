import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { IDLE_TTL } from "../../accounts/account-state.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import type { AppEnv } from "../app-env.ts";

/**
 * What a phone keeps while it is signed in to a passkey account: `<sub>.<secret>`. The first half
 * says which object to ask, the second is known to that object as a hash only.
 */
const NAME = "phone";

const OPTIONS: CookieOptions = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Strict",
};

/** Who a phone says it is, and what it can prove it with. */
export interface PhoneKey {
  sub: string;
  secretHash: string;
}

/** Undefined where there is no cookie, or one that was never ours. */
export async function phoneKey(c: Context<AppEnv>): Promise<PhoneKey | undefined> {
  const [sub, secret, ...rest] = getCookie(c, NAME, "host")?.split(".") ?? [];
  if (sub === undefined || secret === undefined || rest.length > 0) return undefined;
  if (!isAccountSubject(sub) || !/^[\w-]{43}$/.test(secret)) return undefined;
  return { sub, secretHash: await sha256(secret) };
}

/** It lasts as long as the phone may be away; every visit begins that time anew. */
export function setPhoneCookie(c: Context<AppEnv>, sub: string, secret: string): void {
  setCookie(c, NAME, `${sub}.${secret}`, { ...OPTIONS, maxAge: IDLE_TTL / 1000 });
}

export function renewPhoneCookie(c: Context<AppEnv>): void {
  const value = getCookie(c, NAME, "host");
  if (value !== undefined) setCookie(c, NAME, value, { ...OPTIONS, maxAge: IDLE_TTL / 1000 });
}

export function clearPhoneCookie(c: Context<AppEnv>): void {
  deleteCookie(c, NAME, OPTIONS);
}

/** The form of a built-in account's `sub`: 256 random bits behind the prefix. */
export function isAccountSubject(sub: string): boolean {
  return (
    sub.startsWith(ACCOUNT_SUBJECT_PREFIX) &&
    /^[\w-]{43}$/.test(sub.slice(ACCOUNT_SUBJECT_PREFIX.length))
  );
}
