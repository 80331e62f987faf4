import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { createMiddleware } from "hono/factory";
import * as v from "valibot";
import { CEREMONY_TTL, type Ceremony } from "../../accounts/passkeys/verify-passkey.ts";
import { signOwnJwt, verifyOwnJwt } from "../../oidc/keys/jwt.ts";
import type { AppEnv } from "../app-env.ts";
import type { PhoneKey } from "./phone-cookie.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/**
 * A ceremony between its options and its answer. Nothing of it is stored here: the browser keeps it,
 * as a JWT of ours in a cookie that no page can read, so that an answer only counts in the browser
 * that was asked. That it counts once is the account's business.
 */
const NAME = "ceremony";

const OPTIONS: CookieOptions = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "Strict",
};

/** RFC 8725 §3.11: no kind can be answered in another's place. */
const TYP = {
  register: "register+jwt",
  signIn: "sign-in+jwt",
  addition: "add-passkey+jwt",
  stepUp: "step-up+jwt",
};

const challengeOf = { challenge: v.string(), begun_at: v.number() };
const SignInClaims = v.object(challengeOf);
const AdditionClaims = v.object({ ...challengeOf, account: v.string(), phone: v.string() });
const RegistrationClaims = v.object({ ...challengeOf, account: v.string(), name: v.string() });

const StepUpClaims = v.object({ ...challengeOf, login_session: v.string(), nonce: v.string() });

/** Who is to be created, once the ceremony is done. */
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
 * For the account and the phone that is signed in to it; the answer counts for no other. So what a phone has prepared is
 * worth nothing once it was signed out, also where the same browser signs in again.
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
  const told = await claims(c, TYP.addition, AdditionClaims);
  if (told.account !== sub || told.phone !== secretHash) throw new ProblemError("ceremony_expired");
  return ceremonyOf(c, told);
}

/** What is to be signed is for one login session, and has a nonce in it. */
export interface AskedFor {
  sessionId: string;
  nonce: string;
}

export function beginStepUp(
  c: Context<AppEnv>,
  challenge: string,
  { sessionId, nonce }: AskedFor,
): Promise<void> {
  return begin(c, TYP.stepUp, { challenge, login_session: sessionId, nonce });
}

export async function stepUpCeremony(
  c: Context<AppEnv>,
): Promise<{ ceremony: Ceremony } & AskedFor> {
  const told = await claims(c, TYP.stepUp, StepUpClaims);
  const { login_session: sessionId, nonce } = told;
  return { ceremony: ceremonyOf(c, told), sessionId, nonce };
}

export async function signInCeremony(c: Context<AppEnv>): Promise<Ceremony> {
  return ceremonyOf(c, await claims(c, TYP.signIn, SignInClaims));
}

export async function registrationCeremony(
  c: Context<AppEnv>,
): Promise<{ ceremony: Ceremony; account: NewAccount }> {
  const told = await claims(c, TYP.register, RegistrationClaims);
  return { ceremony: ceremonyOf(c, told), account: { sub: told.account, name: told.name } };
}

/**
 * Whatever the answer was worth, the next try needs a challenge of its own. Not after 503: the same request may be
 * repeated then, and the account knows whether its challenge was used.
 */
export const endCeremony = (when: (c: Context<AppEnv>) => boolean = () => true) =>
  createMiddleware<AppEnv>(async function endCeremony(c, next) {
    await next();
    if (c.res.status !== 503 && when(c)) deleteCookie(c, NAME, OPTIONS);
  });

/** Whether the browser holds one that has begun. */
export function hasCeremony(c: Context<AppEnv>): boolean {
  return getCookie(c, NAME, "host") !== undefined;
}

async function begin(c: Context<AppEnv>, typ: string, told: Record<string, string>): Promise<void> {
  const jwt = await signOwnJwt(c.env, typ, { ...told, begun_at: Date.now() }, CEREMONY_TTL);
  setCookie(c, NAME, jwt, { ...OPTIONS, maxAge: CEREMONY_TTL / 1000 });
}

async function claims<Schema extends v.GenericSchema>(
  c: Context<AppEnv>,
  typ: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const jwt = getCookie(c, NAME, "host");
  const verified = jwt === undefined ? undefined : await verifyOwnJwt(c.env, typ, jwt);
  const told = v.safeParse(schema, verified?.ok ? verified.value : undefined);
  if (!told.success) throw new ProblemError("ceremony_expired");
  return told.output;
}

function ceremonyOf(
  c: Context<AppEnv>,
  { challenge, begun_at }: v.InferOutput<typeof SignInClaims>,
): Ceremony {
  return { challenge, begunAt: begun_at, origin: c.var.config.issuer };
}
