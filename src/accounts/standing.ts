import { forgetAt, type LoginRecord } from "./login-record.ts";

/** What an account is known for: the screens that were logged in through it, as far back as it remembers. */
export interface Standing {
  known: DeviceMark[];
  logins: number;
}

/** What a screen is recognised by. All of it is what the screen says of itself: a hint, and no proof. */
export interface DeviceMark {
  browser?: string;
  system?: string;
  country?: string;
}

/** A screen that its owner has disowned is nobody's acquaintance. */
export function standingOf(records: readonly LoginRecord[], now: number): Standing {
  const screens = records.flatMap((record) => {
    const isTheirs = record.status === "active" || record.endedBy !== "stranger";
    return record.grant && isTheirs && forgetAt(record) > now ? [record.grant.screen] : [];
  });
  const marks = screens.map(({ browser, system, country }): DeviceMark => ({
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(country === undefined ? {} : { country }),
  }));
  const distinct = new Map(marks.map((mark) => [JSON.stringify(mark), mark]));
  return { known: [...distinct.values()], logins: screens.length };
}
