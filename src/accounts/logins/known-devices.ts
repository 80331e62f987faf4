import { defined } from "../../lib/defined.ts";
import type {
  DeviceFingerprint,
  LoginHistory,
} from "../../login-session/domain/risk/assess-risk.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";
import { purgeAt, type LoginRecord } from "./login-record.ts";

/**
 * The screens that an account has logged in, for the risk rules. Logins that were reported as somebody else's are
 * excluded. Logins that an unconfirmed phone approved count when its trust delay is over, unless they ended before: the
 * owner may have removed that phone.
 */
export function loginHistoryOf(records: readonly LoginRecord[], now: number): LoginHistory {
  const screens = records.flatMap((record) => {
    const isReported = record.status === "ended" && record.endedBy === "stranger";
    const until = record.status === "ended" ? Math.min(now, record.endedAt) : now;
    const counts = !isReported && rootOf(record, until) === undefined && purgeAt(record) > now;
    return record.grant && counts ? [record.grant.screen] : [];
  });
  const fingerprints = screens.map(({ browser, system, country }): DeviceFingerprint =>
    defined({ browser, system, country }),
  );
  const distinct = new Map(fingerprints.map((known) => [JSON.stringify(known), known]));
  return { known: [...distinct.values()], logins: screens.length };
}
