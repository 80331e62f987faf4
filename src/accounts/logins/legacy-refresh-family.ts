import * as v from "valibot";
import { defined } from "../../lib/defined.ts";
import type { StoredMembers } from "../../lib/row-format.ts";
import type { RefreshTokenFamily } from "./login-record.ts";

/**
 * MIGRATION. Login records as they were stored before refresh tokens had a MAC, with a list of the hashes of used
 * tokens. The tokens themselves are read by oidc/token/legacy-refresh-token.ts.
 */
const LegacyRefreshFamily = v.object({
  tokenHash: v.string(),
  usedHashes: v.array(v.string()),
  idleAt: v.number(),
  jkt: v.exactOptional(v.string()),
});

/** The serial number of every legacy token. */
export const LEGACY_SERIAL = 0;

/** Upgrades the row of a login from version 0 to 1. */
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
  const key = defined({ jkt });
  return {
    // The current legacy token has no reference; the next token begins with a new one.
    reference: "",
    current: { serial: LEGACY_SERIAL, hash: tokenHash },
    idleAt,
    ...key,
    legacy: { hashes: [tokenHash, ...usedHashes], ...key },
  };
}
