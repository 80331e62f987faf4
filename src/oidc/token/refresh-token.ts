import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { hmacSha256, sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { seal, unseal } from "./sealed-reference.ts";

/**
 * Refresh tokens: `<reference>.<serial>.<id>.<mac>`, opaque to clients. All refresh tokens of one
 * login are a family.
 *
 * - `reference`: encrypted (sealed-reference.ts). Names the account and the login, and holds the
 *   family's secret.
 * - `serial`: counts the tokens of the family, from 1.
 * - `id`: 256 bits. The account stores only its hash. The first id is derived from the
 *   authorization code, each later one from the token before it (HMAC with the family's secret), so
 *   that a repeated request gets the same token although no token is stored.
 * - `mac`: over the rest, with the family's secret. It distinguishes every token ever issued in the
 *   family from a forged one, without a call to the account.
 */

export interface RefreshReference {
  sub: string;
  sid: string;
  clientId: string;
  /** Thumbprint of the DPoP key that the token is bound to (RFC 9449 §5). */
  jkt?: string;
}

/** A token that this server issued. Whether it is still valid, only the account knows. */
export interface RefreshToken extends RefreshReference {
  reference: string;
  serial: number;
  /** Hash of its id. */
  hash: string;
}

/** A token to be issued. The account assigns its serial number. */
export interface NewRefreshToken {
  /** Hash of its id. */
  hash: string;
  write: (serial: number) => Promise<string>;
}

/** The serial number of the first token of a family. */
export const FIRST_SERIAL = 1;

/** The parts of a token. `id` and `mac` are 256 bits in base64url. */
const FORM = /^(([\w-]{1,2048})\.([1-9]\d{0,14})\.([\w-]{43}))\.([\w-]{43})$/;

/** sub, sid, client_id, the family's secret, and the thumbprint of a key if the token is bound to one. */
const Sealed = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.strictTuple([v.string(), v.string(), v.string(), v.string()]),
    v.strictTuple([v.string(), v.string(), v.string(), v.string(), v.string()]),
  ]),
);

interface OpenedReference extends RefreshReference {
  secret: string;
}

/** Starts the family of a login: a new reference with a new secret. */
export function newRefreshReference(env: Env, login: RefreshReference): Promise<string> {
  return sealReference(env, { ...login, secret: randomToken() });
}

/** A reference of the same family, bound to a key. */
export async function bindReference(env: Env, reference: string, jkt: string): Promise<string> {
  return await sealReference(env, { ...(await openOwn(env, reference)), jkt });
}

/**
 * The first token of a family, derived from the authorization or device code, so that the same code
 * gives the same token again. Its serial number is `FIRST_SERIAL`.
 */
export function firstRefreshToken(
  env: Env,
  reference: string,
  code: string,
): Promise<NewRefreshToken> {
  return derive(env, reference, `first ${code}`);
}

/** The successor of `token`. */
export function nextRefreshToken(
  env: Env,
  reference: string,
  token: string,
): Promise<NewRefreshToken> {
  return derive(env, reference, `next ${token}`);
}

/** Opens a token; undefined if this server never issued it. Calls no object. */
export async function openRefreshToken(env: Env, text: string): Promise<RefreshToken | undefined> {
  const [, signed, reference, serial, id, mac] = FORM.exec(text) ?? [];
  if (signed === undefined || reference === undefined || id === undefined || mac === undefined) {
    return undefined;
  }
  const opened = await openReference(env, reference);
  if (!opened) return undefined;
  const { secret, ...login } = opened;
  if (!timingSafeEqual(mac, await macOf(secret, signed))) return undefined;
  return { ...login, reference, serial: Number(serial), hash: await sha256(id) };
}

async function derive(env: Env, reference: string, seed: string): Promise<NewRefreshToken> {
  const { secret } = await openOwn(env, reference);
  const id = await hmacSha256(secret, seed);
  return {
    hash: await sha256(id),
    write: async (serial) => {
      const signed = `${reference}.${serial}.${id}`;
      return `${signed}.${await macOf(secret, signed)}`;
    },
  };
}

function macOf(secret: string, signed: string): Promise<string> {
  return hmacSha256(secret, `mac ${signed}`);
}

function sealReference(env: Env, reference: OpenedReference): Promise<string> {
  const { sub, sid, clientId, secret, jkt } = reference;
  const members = [sub, sid, clientId, secret, ...(jkt === undefined ? [] : [jkt])];
  return seal(env, "refresh_token", JSON.stringify(members));
}

async function openReference(env: Env, reference: string): Promise<OpenedReference | undefined> {
  const text = await unseal(env, "refresh_token", reference);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(Sealed, text);
  if (!parsed.success) return undefined;
  const [sub, sid, clientId, secret, jkt] = parsed.output;
  return { sub, sid, clientId, secret, ...defined({ jkt }) };
}

/** Opens a reference that this server is known to have created. */
async function openOwn(env: Env, reference: string): Promise<OpenedReference> {
  const opened = await openReference(env, reference);
  if (!opened) throw new TypeError("The reference of a refresh token does not open.");
  return opened;
}
