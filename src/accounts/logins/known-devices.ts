import { defined } from "../../lib/defined.ts";
import type {
  DeviceFingerprint,
  LoginHistory,
} from "../../login-session/domain/risk/assess-risk.ts";
import { purgeAt, type LoginRecord } from "./login-record.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";

/**
 * What an account is known for: the screens that were logged in through it, as far back as it remembers.
 * One that its owner has disowned is nobody's acquaintance. Those that an unconfirmed phone has logged in count once its
 * trust delay is over: until then it makes no screen known to the account.
 */
export function loginHistoryOf(records: readonly LoginRecord[], now: number): LoginHistory {
  const screens = records.flatMap((record) => {
    const isTheirs = record.status === "active" || record.endedBy !== "stranger";
    const counts = isTheirs && rootOf(record, now) === undefined && purgeAt(record) > now;
    return record.grant && counts ? [record.grant.screen] : [];
  });
  const marks = screens.map(({ browser, system, country }): DeviceFingerprint => ({
    ...defined({ browser, system, country }),
  }));
  const distinct = new Map(marks.map((mark) => [JSON.stringify(mark), mark]));
  return { known: [...distinct.values()], logins: screens.length };
}
