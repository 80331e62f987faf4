import type { DeviceMark, Standing } from "../login/risk.ts";
import { forgetAt, type LoginRecord } from "./login-record.ts";
import { rootOf } from "./probation.ts";

/**
 * What an account is known for: the screens that were logged in through it, as far back as it remembers.
 * One that its owner has disowned is nobody's acquaintance. Those that an unconfirmed phone has logged in count once its
 * trust delay is over: until then it makes no screen known to the account.
 */
export function standingOf(records: readonly LoginRecord[], now: number): Standing {
  const screens = records.flatMap((record) => {
    const isTheirs = record.status === "active" || record.endedBy !== "stranger";
    const counts = isTheirs && rootOf(record, now) === undefined && forgetAt(record) > now;
    return record.grant && counts ? [record.grant.screen] : [];
  });
  const marks = screens.map(({ browser, system, country }): DeviceMark => ({
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(country === undefined ? {} : { country }),
  }));
  const distinct = new Map(marks.map((mark) => [JSON.stringify(mark), mark]));
  return { known: [...distinct.values()], logins: screens.length };
}
