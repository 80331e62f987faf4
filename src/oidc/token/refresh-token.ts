import { defined } from "../../lib/defined.ts";
import * as v from "valibot";
import { hmacSha256, sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { seal, unseal } from "./sealed-reference.ts";

/**
 * Refresh tokens: `<reference>.<serial>.<id>.<mac>`, opaque to clients.
 *
 * - `reference`: sealed (sealed-reference.ts). It says which login of which account the token belongs
 *   to, and holds the secret of the family: of all refresh tokens of that login.
 * - `serial`: how many tokens of the family were issued when this one was, itself included.
 * - `id`: 256 bits. The account stores its hash and nothing else of it. The first id is derived from
 *   the authorization code, each later one from the token before it (HMAC with the family's secret).
 *   So the answer to a request that is repeated can be made again although no token is stored.
 * - `mac`: over all that stands before it, by the family's secret. It tells every token that was ever
 *   issued in the family, however old, from one that was made up, without asking the account.
 */

/** What a reference says. */
export interface RefreshReference {
  sub: string;
  sid: string;
  clientId: string;
  /** Thumbprint of the DPoP key that the token is bound to (RFC 9449 §5). */
  jkt?: string;
}

/** A token that this server issued at some time. Whether it is still good is for the account to say. */
export interface RefreshToken extends RefreshReference {
  reference: string;
  serial: number;
  /** Of its id. */
  hash: string;
}

/** A token that is to be issued: its serial number is the account's to say. */
export interface NewRefreshToken {
  /** Of its id. */
  hash: string;
  write: (serial: number) => Promise<string>;
}

/** The serial number of the first token of a family. */
export const FIRST_SERIAL = 1;

/** The parts of a token. Their lengths are those of 256 bits in base64url, of the reference as it is sealed. */
const FORM = /^(([\w-]{1,2048})\.([1-9]\d{0,14})\.([\w-]{43}))\.([\w-]{43})$/;

/** sub, sid, client id, the family's secret and maybe the thumbprint of a key. */
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

/** Begins the family of a login: seals a new reference with a new secret. */
export function newRefreshReference(env: Env, login: RefreshReference): Promise<string> {
  return sealReference(env, { ...login, secret: randomToken() });
}

/** A reference of the same family whose tokens are bound to a key. */
export async function bindReference(env: Env, reference: string, jkt: string): Promise<string> {
  return await sealReference(env, { ...(await openOwn(env, reference)), jkt });
}

/**
 * The first token of a family, derived from the authorization code or device code that it is issued
 * for: the same code gives the same token again. Its serial number is `FIRST_SERIAL`.
 */
export function firstRefreshToken(
  env: Env,
  reference: string,
  code: string,
): Promise<NewRefreshToken> {
  return derive(env, reference, `first ${code}`);
}

/** The token that takes the place of `token`, which is the whole text of one. */
export function nextRefreshToken(
  env: Env,
  reference: string,
  token: string,
): Promise<NewRefreshToken> {
  return derive(env, reference, `next ${token}`);
}

/** Reads a token, or undefined where this server never issued it. Asks nobody. */
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

/** Opens a reference that was sealed here, or opened before. */
async function openOwn(env: Env, reference: string): Promise<OpenedReference> {
  const opened = await openReference(env, reference);
  if (!opened) throw new TypeError("The reference of a refresh token does not open.");
  return opened;
}
