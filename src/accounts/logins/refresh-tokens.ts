import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { areGranted, type RequestedResources } from "../../login-session/domain/resources.ts";
import { LEGACY_SERIAL } from "./legacy-refresh-family.ts";
import {
  isActive,
  type ActiveLogin,
  type IssuedRefreshToken,
  type LoginRecord,
  type RefreshTokenFamily,
} from "./login-record.ts";

/**
 * Rotation of the refresh tokens of a login (RFC 9700 §4.14.2), as pure functions. Instants are milliseconds since the
 * epoch.
 *
 * A family has one current token. A refresh replaces it by its successor. The response to that refresh may be lost, and
 * two tabs may refresh at the same moment, so the token that was replaced last (the previous one) may be presented again
 * until its successor is used:
 *
 * - soon after its rotation, the response has the same successor;
 * - later, a new successor, and the unused one is void.
 *
 * Every other token of the family is spent. If a spent token is presented, two parties hold tokens of this login: that
 * is reuse, and the login ends. A token of any age is recognised by its MAC (oidc/token/refresh-token.ts), so spent
 * tokens are not stored.
 */

export type PresentedRefreshToken =
  /** Its MAC was verified, so it belongs to this family. */
  | (IssuedRefreshToken & { jkt?: string })
  /** It has no MAC (legacy-refresh-family.ts). */
  | { legacyHash: string };

/** A refresh request, and the successor of its token. */
export interface RefreshUse {
  token: PresentedRefreshToken;
  next: {
    hash: string;
    reference: string;
    /** Thumbprint of the key that it is bound to. */
    jkt?: string;
  };
  clientId: string;
  /** The requested scope; no more than was granted. */
  scope?: string[];
  /** What the access token is to be for; no more than was granted. */
  resources?: RequestedResources;
  /** Thumbprint of the DPoP key that the client has proven to hold. */
  jkt?: string;
  /** How long the successor may be unused, in milliseconds. */
  idleTtl: number;
  /** How long after a rotation the previous token gets the same successor, in milliseconds. */
  retryTtl: number;
}

/** Why a refresh token is refused. Most of it is not sent to the client. */
export type RefreshError =
  | "refresh_token_unknown"
  /** Reuse of a spent token. The only error that ends the login. */
  | "refresh_token_used"
  | "refresh_token_expired"
  | "login_ended"
  | "client_mismatch"
  | "key_mismatch"
  | "scope_exceeded"
  | "resource_not_granted";

/** The state of a token in its family. */
export type RefreshTokenState = "current" | "previous" | "spent";

/** The family of a login that begins now. */
export function beginFamily(
  first: IssuedRefreshToken & { reference: string; jkt?: string },
  idleAt: number,
): RefreshTokenFamily {
  const { reference, jkt, serial, hash } = first;
  return { reference, current: { serial, hash }, idleAt, ...defined({ jkt }) };
}

export interface RefreshableLogin {
  login: ActiveLogin;
  family: RefreshTokenFamily;
}

/**
 * The login after a refresh; the response has the token `family.current`. A repeated request changes nothing: then
 * `login` is the same object.
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
  // RFC 9449 §5: and to its DPoP key.
  const key = boundTo(family, use.token);
  if (key !== undefined && key !== use.jkt) return err("key_mismatch");
  // RFC 6749 §6: no scope that was not granted by the person.
  const granted = login.grant.scope.split(" ");
  if (use.scope?.some((scope) => !granted.includes(scope))) return err("scope_exceeded");
  // RFC 8707 §2.2.
  if (!areGranted(login.grant.resources, use.resources)) return err("resource_not_granted");

  if (state === "spent") return err("refresh_token_used");
  if (family.idleAt <= now) return err("refresh_token_expired");
  const { current, previous } = family;
  if (state === "previous" && previous && now - previous.rotatedAt < use.retryTtl) {
    // The successor is bound to another key: this is not the same request again.
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

/** The login that a refresh token belongs to, if it is active, and the token's state. */
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

/** Undefined for a token of another family. */
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
