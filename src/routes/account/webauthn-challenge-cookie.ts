import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { CookieOptions } from "hono/utils/cookie";
import * as v from "valibot";
import { CEREMONY_TTL, type Ceremony } from "../../accounts/passkeys/verify-passkey.ts";
import { signOwnJwt, verifyOwnJwt } from "../../oidc/keys/jwt.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import type { PhoneKey } from "./phone-cookie.ts";

/**
 * A WebAuthn ceremony between its options and its response. The server stores nothing: the browser keeps the challenge
 * in a JWT of ours, in an HttpOnly cookie, so that a response counts only in the browser that requested the options. That
 * it counts once is checked by the account.
 */
const NAME = "ceremony";

const OPTIONS: CookieOptions = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Strict",
};

/** RFC 8725 §3.11: no type is accepted in place of another. */
const TYP = {
  register: "register+jwt",
  signIn: "sign-in+jwt",
  addition: "add-passkey+jwt",
  stepUp: "step-up+jwt",
};

const challengeClaims = { challenge: v.string(), begun_at: v.number() };
const SignInClaims = v.object(challengeClaims);
const AdditionClaims = v.object({ ...challengeClaims, account: v.string(), phone: v.string() });
const RegistrationClaims = v.object({ ...challengeClaims, account: v.string(), name: v.string() });
const StepUpClaims = v.object({
  ...challengeClaims,
  login_session: v.string(),
  nonce: v.string(),
});

/** The account that a registration will create. */
export interface NewAccount {
  sub: string;
  name: string;
}

export function beginSignIn(c: Context<AppEnv>, challenge: string): Promise<void> {
  return begin(c, TYP.signIn, { challenge });
}

export function beginRegistration(
  c: Context<AppEnv>,
  challenge: string,
  { sub, name }: NewAccount,
): Promise<void> {
  return begin(c, TYP.register, { challenge, account: sub, name });
}

/**
 * For one account and one signed-in phone. So a response that was prepared is worthless after the phone was signed out,
 * even if the same browser signs in again.
 */
export function beginAddition(
  c: Context<AppEnv>,
  challenge: string,
  { sub, secretHash }: PhoneKey,
): Promise<void> {
  return begin(c, TYP.addition, { challenge, account: sub, phone: secretHash });
}

export async function additionCeremony(
  c: Context<AppEnv>,
  { sub, secretHash }: PhoneKey,
): Promise<Ceremony> {
  const claims = await readClaims(c, TYP.addition, AdditionClaims);
  if (claims.account !== sub || claims.phone !== secretHash) {
    throw expired("ceremony_of_another_phone");
  }
  return toCeremony(c, claims);
}

/** What a step-up signs is for one login session, and has a nonce. */
export interface StepUpRequest {
  sessionId: string;
  nonce: string;
}

export function beginStepUp(
  c: Context<AppEnv>,
  challenge: string,
  { sessionId, nonce }: StepUpRequest,
): Promise<void> {
  return begin(c, TYP.stepUp, { challenge, login_session: sessionId, nonce });
}

export async function stepUpCeremony(
  c: Context<AppEnv>,
): Promise<{ ceremony: Ceremony } & StepUpRequest> {
  const claims = await readClaims(c, TYP.stepUp, StepUpClaims);
  const { login_session: sessionId, nonce } = claims;
  return { ceremony: toCeremony(c, claims), sessionId, nonce };
}

export async function signInCeremony(c: Context<AppEnv>): Promise<Ceremony> {
  return toCeremony(c, await readClaims(c, TYP.signIn, SignInClaims));
}

export async function registrationCeremony(
  c: Context<AppEnv>,
): Promise<{ ceremony: Ceremony; account: NewAccount }> {
  const claims = await readClaims(c, TYP.register, RegistrationClaims);
  const account = { sub: claims.account, name: claims.name };
  return { ceremony: toCeremony(c, claims), account };
}

/**
 * Deletes the cookie after a response, valid or not: each attempt needs a new challenge. Not after 503: the same request
 * may be repeated then, and the account knows whether its challenge was used.
 */
export const endCeremony = (when: (c: Context<AppEnv>) => boolean = () => true) =>
  createMiddleware<AppEnv>(async function endCeremony(c, next) {
    await next();
    if (c.res.status !== 503 && when(c)) deleteCookie(c, NAME, OPTIONS);
  });

/** Whether the browser has the cookie. */
export function hasCeremony(c: Context<AppEnv>): boolean {
  return getCookie(c, NAME, "host") !== undefined;
}

async function begin(
  c: Context<AppEnv>,
  typ: string,
  claims: Record<string, string>,
): Promise<void> {
  const jwt = await signOwnJwt(c.env, typ, { ...claims, begun_at: Date.now() }, CEREMONY_TTL);
  setCookie(c, NAME, jwt, { ...OPTIONS, maxAge: CEREMONY_TTL / 1000 });
}

async function readClaims<Schema extends v.GenericSchema>(
  c: Context<AppEnv>,
  typ: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const jwt = getCookie(c, NAME, "host");
  if (jwt === undefined) throw expired("ceremony_cookie_missing");
  const verified = await verifyOwnJwt(c.env, typ, jwt);
  if (!verified.ok) throw expired(verified.error);
  const claims = v.safeParse(schema, verified.value);
  if (!claims.success) throw expired("ceremony_claims_malformed");
  return claims.output;
}

function expired(reason: string): ProblemError {
  return new ProblemError("ceremony_expired", { reason });
}

function toCeremony(
  c: Context<AppEnv>,
  { challenge, begun_at }: v.InferOutput<typeof SignInClaims>,
): Ceremony {
  return { challenge, begunAt: begun_at, origin: c.var.config.issuer };
}
