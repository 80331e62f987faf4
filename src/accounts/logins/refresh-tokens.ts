import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { LEGACY_SERIAL, type LegacyTokens } from "./legacy-refresh-family.ts";
import { isActive, type ActiveLogin, type LoginRecord } from "./login-record.ts";

/**
 * Rotation of the refresh tokens of a login (RFC 9700 §4.14.2), as functions of their arguments.
 * Instants are milliseconds since the epoch.
 *
 * A family has one current token. A refresh replaces it by its successor. The answer to that refresh
 * may be lost, and tabs may refresh at the same moment, so the token that was replaced last (the
 * previous one) may be presented again as long as its successor has not been used:
 *
 * - soon after its rotation, it is answered with the same successor;
 * - later, with a new successor, and the unused one is void.
 *
 * Every other token of the family is spent. One that is presented shows that two parties hold tokens
 * of this login: that is reuse, and the login ends. How old the token is makes no difference: that
 * it is of this family is known by its MAC (oauth/refresh-token.ts), so nothing is stored of it.
 */
export interface RefreshTokenFamily {
  /** The sealed reference that the current token begins with: what its text is made of, beside its id. */
  reference: string;
  current: IssuedRefreshToken;
  /** The one that `current` took the place of, while `current` has not been used. */
  previous?: IssuedRefreshToken & { rotatedAt: number };
  /** Thumbprint of the DPoP key that the current token is bound to (RFC 9449 §5). */
  jkt?: string;
  /** When the family ends unless it is used. */
  idleAt: number;
  legacy?: LegacyTokens;
}

/** What is stored of a token. A new successor has the id of the one that it makes void, but another serial number. */
export interface IssuedRefreshToken {
  serial: number;
  /** Of its id. */
  hash: string;
}

/** A token that is presented. */
export type PresentedRefreshToken =
  /** Its MAC was found good, so it is of this family. */
  | (IssuedRefreshToken & { jkt?: string })
  /** It has no MAC (legacy-refresh-family.ts). */
  | { legacyHash: string };

/** A refresh: a token that is presented, by whom, and its successor. */
export interface RefreshUse {
  token: PresentedRefreshToken;
  next: {
    hash: string;
    reference: string;
    /** Thumbprint of the key that it is bound to. */
    jkt?: string;
  };
  clientId: string;
  /** What the client wants; no more than was granted. */
  scope?: string[];
  /** Thumbprint of the DPoP key that the client has shown to hold. */
  jkt?: string;
  /** How long the successor may lie unused, in milliseconds. */
  idleTtl: number;
  /** How long after a rotation the previous token is answered with the same successor, in milliseconds. */
  retryTtl: number;
}

/** Why a refresh token gives nothing. The client is told little of it. */
export type RefreshError =
  | "refresh_token_unknown"
  /** Reuse of a spent token. The only error that calls for an end of the login. */
  | "refresh_token_used"
  | "refresh_token_expired"
  | "login_ended"
  | "client_mismatch"
  | "key_mismatch"
  | "scope_exceeded";

/** What a token is to its family. */
export type RefreshTokenState = "current" | "previous" | "spent";

/** The family of a login that just began. */
export function beginFamily(
  first: IssuedRefreshToken & { reference: string; jkt?: string },
  idleAt: number,
): RefreshTokenFamily {
  const { reference, jkt, serial, hash } = first;
  return { reference, current: { serial, hash }, idleAt, ...defined({ jkt }) };
}

/** A login and the family of its refresh tokens. */
export interface RefreshableLogin {
  login: ActiveLogin;
  family: RefreshTokenFamily;
}

/**
 * The login after a refresh; `family.current` is the token to answer with. What is refused changes
 * nothing, and neither does a request that is repeated: then `login` is the very record.
 */
export function refresh(
  record: LoginRecord | undefined,
  use: RefreshUse,
  now: number,
): Result<RefreshableLogin, RefreshError> {
  const found = findFamily(record, use.token, now);
  if (!found.ok) return found;
  const { login, family, state } = found.value;

  // RFC 6749 §6: the token is bound to the client that it was issued to.
  if (login.grant.clientId !== use.clientId) return err("client_mismatch");
  // RFC 9449 §5: and to the key, if there is one.
  const key = boundTo(family, use.token);
  if (key !== undefined && key !== use.jkt) return err("key_mismatch");
  // RFC 6749 §6: no scope that was not granted by the person.
  const granted = login.grant.scope.split(" ");
  if (use.scope?.some((scope) => !granted.includes(scope))) return err("scope_exceeded");

  if (state === "spent") return err("refresh_token_used");
  if (family.idleAt <= now) return err("refresh_token_expired");
  const { current, previous } = family;
  if (state === "previous" && previous && now - previous.rotatedAt < use.retryTtl) {
    // The successor is bound to another key than the one shown now: this is not the same request again.
    return family.jkt === use.next.jkt ? ok({ login, family }) : err("key_mismatch");
  }
  const replaced = state === "previous" && previous ? previous : current;
  const { hash, reference, jkt } = use.next;
  const next: RefreshTokenFamily = {
    reference,
    current: { serial: current.serial + 1, hash },
    previous: { serial: replaced.serial, hash: replaced.hash, rotatedAt: now },
    idleAt: now + use.idleTtl,
    ...defined({ jkt }),
    ...(family.legacy ? { legacy: family.legacy } : {}),
  };
  return ok({ login: { ...login, lastSeenAt: now, refresh: next }, family: next });
}

/** The login that a refresh token belongs to at `now`, and what the token is to its family. */
export function findFamily(
  record: LoginRecord | undefined,
  token: PresentedRefreshToken,
  now: number,
): Result<RefreshableLogin & { state: RefreshTokenState }, RefreshError> {
  if (!isActive(record, now)) return err("login_ended");
  const family = record.refresh;
  const state = family && stateOf(family, token);
  if (!family || !state) return err("refresh_token_unknown");
  return ok({ login: record, family, state });
}

/** Undefined for a token that is not of this family. */
function stateOf(
  { current, previous, legacy }: RefreshTokenFamily,
  token: PresentedRefreshToken,
): RefreshTokenState | undefined {
  if ("legacyHash" in token) {
    const { legacyHash: hash } = token;
    if (!legacy?.hashes.some((known) => timingSafeEqual(known, hash))) return undefined;
    return stateAmong({ serial: LEGACY_SERIAL, hash }, current, previous);
  }
  return stateAmong(token, current, previous);
}

function stateAmong(
  token: IssuedRefreshToken,
  current: IssuedRefreshToken,
  previous: IssuedRefreshToken | undefined,
): RefreshTokenState {
  if (isSame(token, current)) return "current";
  return previous && isSame(token, previous) ? "previous" : "spent";
}

function isSame(a: IssuedRefreshToken, b: IssuedRefreshToken): boolean {
  return a.serial === b.serial && timingSafeEqual(a.hash, b.hash);
}

/** Thumbprint of the key that a token of this family is bound to. */
export function boundTo(
  { legacy }: RefreshTokenFamily,
  token: PresentedRefreshToken,
): string | undefined {
  return "legacyHash" in token ? legacy?.jkt : token.jkt;
}
