import * as v from "valibot";
import type { StoredMembers } from "../../lib/row-format.ts";
import type { RefreshTokenFamily } from "./refresh-tokens.ts";

/**
 * MIGRATION. Login records as they were stored before refresh tokens had a MAC, when a list of hashes
 * told which tokens were used. See oauth/legacy-refresh-token.ts for when this can be deleted.
 */
const LegacyRefreshFamily = v.object({
  tokenHash: v.string(),
  usedHashes: v.array(v.string()),
  idleAt: v.number(),
  jkt: v.exactOptional(v.string()),
});

/** What is kept of the tokens without a MAC that a login had: they can be recognised by their hashes alone. */
export interface LegacyTokens {
  /** Of all of them: the one that was good, and those that were used before it. */
  hashes: string[];
  /** Thumbprint of the DPoP key that they are bound to. */
  jkt?: string;
}

/** The serial number of every token that has none. */
export const LEGACY_SERIAL = 0;

/** The row of a login, from version 0 to 1. */
export function upgradeRefreshFamily(login: StoredMembers): StoredMembers {
  const { refresh } = login;
  const family = v.safeParse(LegacyRefreshFamily, refresh);
  return family.success ? { ...login, refresh: upgraded(family.output) } : login;
}

function upgraded({
  tokenHash,
  usedHashes,
  idleAt,
  jkt,
}: v.InferOutput<typeof LegacyRefreshFamily>): RefreshTokenFamily {
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
