import { refusal, success, type Result } from "../login/errors.ts";
import { isActive, type ActiveLogin, type LoginRecord } from "./login-record.ts";

/**
 * The refresh tokens of a login, as functions of their arguments. There is one good token at any time; it is
 * used up by use, and the next one takes its place (RFC 9700 §4.14.2).
 */
export interface RefreshFamily {
  /** Hash of the one token that is good now. */
  tokenHash: string;
  /** Hashes of those before it, the newest first: one of them coming again means that somebody has a copy. */
  usedHashes: string[];
  /** When the family ends unless it is used. */
  idleAt: number;
  /** Thumbprint of the DPoP key that the tokens are bound to (RFC 9449 §5). */
  jkt?: string;
}

/** A token that is to be used up, and who presents it. */
export interface RefreshUse {
  tokenHash: string;
  /** Of the token that takes its place. */
  nextHash: string;
  clientId: string;
  /** What the client wants; no more than was granted. */
  scope?: string[];
  /** Thumbprint of the DPoP key that the client has shown to hold. */
  jkt?: string;
  /** Whether the next token is to be bound to that key. */
  bind?: boolean;
  /** How long the next token may lie unused, in milliseconds. */
  idleTtl: number;
}

/** Why a refresh token gives nothing. The client is told little of it. */
export type RefreshError =
  | "refresh_token_unknown"
  /** Used before: somebody has a copy, the one who comes now or the one who came first. */
  | "refresh_token_used"
  | "refresh_token_expired"
  | "login_ended"
  | "client_mismatch"
  | "key_mismatch"
  | "scope_exceeded";

/**
 * Used tokens that are remembered. One that was followed by more is refused as a stranger's would be,
 * and its login goes on.
 */
export const MAX_USED = 64;

/** The login after its token was used. What is refused changes nothing: only `refresh_token_used` calls for an end. */
export function refresh(
  record: LoginRecord | undefined,
  use: RefreshUse,
  now: number,
): Result<ActiveLogin, RefreshError> {
  const found = findFamily(record, use.tokenHash, now);
  if (!found.ok) return found;
  const { login, family } = found.value;

  // RFC 6749 §6: the token is bound to the client that it was issued to.
  if (login.grant.clientId !== use.clientId) return refusal("client_mismatch");
  // RFC 9449 §5: and to the key, if there is one.
  if (family.jkt !== undefined && family.jkt !== use.jkt) return refusal("key_mismatch");
  // RFC 6749 §6: no scope that was not granted by the person.
  const granted = login.grant.scope.split(" ");
  if (use.scope?.some((scope) => !granted.includes(scope))) return refusal("scope_exceeded");

  return success({
    ...login,
    lastSeenAt: now,
    refresh: {
      ...family,
      tokenHash: use.nextHash,
      usedHashes: [family.tokenHash, ...family.usedHashes].slice(0, MAX_USED),
      idleAt: now + use.idleTtl,
      ...(use.bind && use.jkt !== undefined ? { jkt: use.jkt } : {}),
    },
  });
}

/** The login that a refresh token is good for at `now`. */
export function findFamily(
  record: LoginRecord | undefined,
  tokenHash: string,
  now: number,
): Result<{ login: ActiveLogin; family: RefreshFamily }, RefreshError> {
  if (!isActive(record, now)) return refusal("login_ended");
  const family = record.refresh;
  if (!family) return refusal("refresh_token_unknown");
  // Hashes of 256 random bits: how long a comparison takes tells nothing of a token.
  if (family.usedHashes.includes(tokenHash)) return refusal("refresh_token_used");
  if (family.tokenHash !== tokenHash) return refusal("refresh_token_unknown");
  if (family.idleAt <= now) return refusal("refresh_token_expired");
  return success({ login: record, family });
}
