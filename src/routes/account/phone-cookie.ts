import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { IDLE_TTL } from "../../accounts/phone-sessions/phone-session.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import type { AppEnv } from "../app-env.ts";

/** The cookie of a phone that is signed in to a built-in account: `<sub>.<secret>`. The account stores the secret's hash. */
const NAME = "phone";

const OPTIONS: CookieOptions = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Strict",
};

/** The account that a cookie names, and the hash of its secret. Not yet verified. */
export interface PhoneKey {
  sub: string;
  secretHash: string;
}

/** Undefined if there is no cookie, or it has not the form of ours. */
export async function phoneKey(c: Context<AppEnv>): Promise<PhoneKey | undefined> {
  const [sub, secret, ...rest] = getCookie(c, NAME, "host")?.split(".") ?? [];
  if (sub === undefined || secret === undefined || rest.length > 0) return undefined;
  if (!isAccountSubject(sub) || !/^[\w-]{43}$/.test(secret)) return undefined;
  return { sub, secretHash: await sha256(secret) };
}

/** It expires when the phone was unused for too long. Each visit renews it. */
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

/** Whether it has the form of a built-in account's `sub`: 256 random bits after the prefix. */
export function isAccountSubject(sub: string): boolean {
  return (
    sub.startsWith(ACCOUNT_SUBJECT_PREFIX) &&
    /^[\w-]{43}$/.test(sub.slice(ACCOUNT_SUBJECT_PREFIX.length))
  );
}
