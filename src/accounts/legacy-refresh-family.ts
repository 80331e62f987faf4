import type { ActiveLogin, LoginRecord } from "./login-record.ts";
import type { RefreshFamily } from "./refresh-family.ts";

/**
 * MIGRATION. Login records as they were stored before refresh tokens had a MAC, when a list of hashes
 * told which tokens were used. See oauth/legacy-refresh-token.ts for when this can be deleted.
 */
export interface LegacyRefreshFamily {
  tokenHash: string;
  usedHashes: string[];
  idleAt: number;
  jkt?: string;
}

/** A row of a login, as this version or an earlier one wrote it. */
export type StoredLogin =
  LoginRecord | (Omit<ActiveLogin, "refresh"> & { refresh: LegacyRefreshFamily });

/** What is kept of the tokens without a MAC that a login had: they can be recognised by their hashes alone. */
export interface LegacyTokens {
  /** Of all of them: the one that was good, and those that were used before it. */
  hashes: string[];
  /** Thumbprint of the DPoP key that they are bound to. */
  jkt?: string;
}

/** The serial number of every token that has none. */
export const LEGACY_SERIAL = 0;

/** The login as this version has it. The row is written in that form when it is next saved. */
export function upgradeLogin(stored: StoredLogin): LoginRecord {
  if (stored.status === "ended" || !isLegacy(stored.refresh)) return stored as LoginRecord;
  return { ...stored, refresh: upgradeFamily(stored.refresh) };
}

function isLegacy(
  family: RefreshFamily | LegacyRefreshFamily | undefined,
): family is LegacyRefreshFamily {
  return family !== undefined && "tokenHash" in family;
}

function upgradeFamily({ tokenHash, usedHashes, idleAt, jkt }: LegacyRefreshFamily): RefreshFamily {
  const key = jkt === undefined ? {} : { jkt };
  return {
    // The one good token has no reference; the next one begins with a reference of its own.
    reference: "",
    current: { serial: LEGACY_SERIAL, hash: tokenHash },
    idleAt,
    ...key,
    legacy: { hashes: [tokenHash, ...usedHashes], ...key },
  };
}
