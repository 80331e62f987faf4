import type { Standing } from "../login/risk.ts";
import type { LoginRecord } from "./login-record.ts";

/** What an account's logins say of screens: how many there are, and what they looked like. */
export function standingOf(records: readonly LoginRecord[]): Standing {
  const known = records.flatMap((record) => {
    if (record.status !== "active") return [];
    const { browser, system, country } = record.grant.screen;
    return {
      ...(browser === undefined ? {} : { browser }),
      ...(system === undefined ? {} : { system }),
      ...(country === undefined ? {} : { country }),
    };
  });
  return { known, logins: records.length };
}
