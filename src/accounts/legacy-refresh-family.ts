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

type LegacyLogin = Omit<ActiveLogin, "refresh"> & { refresh: LegacyRefreshFamily };

/** A row of a login, as this version or an earlier one wrote it. */
export type StoredLogin = LoginRecord | LegacyLogin;

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
  return isLegacy(stored) ? { ...stored, refresh: upgradeFamily(stored.refresh) } : stored;
}

function isLegacy(stored: StoredLogin): stored is LegacyLogin {
  return (
    stored.status === "active" && stored.refresh !== undefined && "tokenHash" in stored.refresh
  );
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
