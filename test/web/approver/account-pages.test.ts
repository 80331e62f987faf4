import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ago, dayName, midnightBefore, timeOfDay } from "../../../src/web/approver/format-time.ts";
import { LoginError } from "../../../src/sdk/login-error.ts";
import { suggestedName } from "../../../src/web/approver/account/passkeys/passkey-name.ts";
import { groupByDay } from "../../../src/web/approver/account/history/group-by-day.ts";
import {
  redirectFor,
  accountErrorMessage,
} from "../../../src/web/approver/account/action-runner.ts";
import { deviceName } from "../../../src/web/approver/account/device-name.ts";
import { accountPageAt } from "../../../src/web/approver/account/account-page.ts";
import { describeEvent } from "../../../src/web/approver/account/history/describe-event.ts";
import { ACCOUNT, PHONE } from "../../../src/web/ui/texts.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** By the clock of wherever this runs, as a phone's is. */
const now = new Date(2026, 10, 24, 17, 5).getTime();
const clock = { language: "en", now };
const before = (ms: number) => new Date(now - ms).toISOString();

describe("a moment", () => {
  it.each([
    [0, "0 seconds ago"],
    [59 * SECOND, "59 seconds ago"],
    [MINUTE, "1 minute ago"],
    [HOUR - 1, "59 minutes ago"],
    [23 * HOUR, "23 hours ago"],
    [DAY, "1 day ago"],
    [6 * DAY, "6 days ago"],
    [7 * DAY, "1 week ago"],
    [45 * DAY, "1 month ago"],
    [400 * DAY, "1 year ago"],
  ])("%d milliseconds back was %s", (passed, words) => {
    expect(ago(before(passed), clock)).toBe(words);
  });

  it("of the future is told as now, since clocks differ", () => {
    expect(ago(before(-HOUR), clock)).toBe(ago(before(0), clock));
  });

  it("is told as the reader's language has it", () => {
    expect(ago(before(3 * HOUR), { language: "de", now })).toBe("vor 3 Stunden");
    expect(timeOfDay(before(0), { language: "de", now })).toBe("17:05");
  });
});

describe("a day", () => {
  const words = { today: "Today", yesterday: "Yesterday" };
  const named = (moment: number) => dayName(midnightBefore(moment), clock, words);

  it("has a word where everybody has one, and else its date", () => {
    expect(named(now)).toBe("Today");
    expect(named(new Date(2026, 10, 24, 0, 0).getTime())).toBe("Today");
    expect(named(new Date(2026, 10, 23, 23, 59).getTime())).toBe("Yesterday");
    expect(named(new Date(2026, 10, 22, 23, 59).getTime())).toBe("Sunday, November 22, 2026");
  });

  it("holds what happened on it, and no day, moment or order is lost", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 400 * DAY }));
    fc.assert(
      fc.property(moments, (passed) => {
        const entries = passed.map((ms) => ({ at: before(ms) }));
        const days = groupByDay(entries);
        const told = days.flatMap((day) => day.entries);
        const newestFirst = entries.map(({ at }) => at).toSorted((a, b) => b.localeCompare(a));
        expect(told.map(({ at }) => at)).toEqual(newestFirst);
        expect(new Set(days.map(({ midnight }) => midnight)).size).toBe(days.length);
        for (const { midnight, entries } of days) {
          expect(entries).not.toEqual([]);
          for (const { at } of entries) expect(midnightBefore(Date.parse(at))).toBe(midnight);
        }
      }),
    );
  });
});

describe("a happening", () => {
  const at = before(0);
  const told = (entry: object) => describeEvent({ at, type: "login", ...entry }, "en");

  it.each(Object.keys(ACCOUNT.history.events))(
    "of type %s is told, however little is known",
    (type) => {
      expect(told({ type })).toMatch(/^[A-Z].*\.$/);
      expect(told({ type })).not.toMatch(/undefined|\s[.:,]/);
    },
  );

  it("says what is known of it", () => {
    const device = { browser: "Firefox 144", system: "macOS 15" };
    expect(told({ client: { client_id: "shop", name: "The Shop" }, ...device })).toBe(
      "You logged in to The Shop on Firefox 144 on macOS 15.",
    );
    expect(told({ type: "passkey_renamed", name: "My phone" })).toContain("“My phone”");
  });

  it("calls a phone that wanted in a phone, whatever its client is called", () => {
    const client = { client_id: "phone", name: "This site, on another phone" };
    expect(told({ type: "login_declined", client })).toBe("You declined a login to another phone.");
  });

  it("gives the reasons that counted, and leaves out what spoke for the login", () => {
    const reasons = [{ code: "another_country" }, { code: "same_city" }, { code: "many_tries" }];
    expect(told({ type: "login_refused", reasons })).toBe(
      "A login to a site was refused: the screen was in another country and many wrong codes were tried.",
    );
  });

  it.each(["recovery_code_guessed", "refresh_token_reused", "code_reused"])(
    "of an attacker is told in words: %s",
    (what) => expect(told({ type: "attack", what })).not.toContain("_"),
  );

  it("of a newer server is told by its type, and a name of JavaScript's is none", () => {
    expect(told({ type: "moon_landing" })).toBe(ACCOUNT.history.other("moon_landing"));
    expect(told({ type: "toString" })).toBe(ACCOUNT.history.other("toString"));
    expect(told({ type: "login_refused", reasons: [{ code: "constructor" }] })).toBe(
      told({ type: "login_refused" }),
    );
  });
});

describe("a device", () => {
  it.each([
    [{ browser: "Firefox 144", system: "macOS 15" }, "Firefox 144 on macOS 15"],
    [{ browser: "Firefox 144" }, "Firefox 144"],
    [{ system: "macOS 15" }, "macOS 15"],
    [{}, undefined],
  ])("of %j is called %s", (device, name) => {
    expect(deviceName(device)).toBe(name);
  });
});

describe("a passkey", () => {
  it.each([
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15", "iPhone"],
    ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile", "Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", "Mac"],
    ["Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36", "Chromebook"],
    ["Something else", ""],
  ])("made by %s is suggested to be called %s", (userAgent, name) => {
    expect(suggestedName(userAgent)).toBe(name);
  });
});

describe("an address", () => {
  it.each([
    ["/devices", "devices"],
    ["/passkeys", "passkeys"],
    ["/history", "history"],
    ["/phone", undefined],
    ["/devices/", undefined],
    ["/constructor", undefined],
  ])("%s leads to %s", (pathname, place) => {
    expect(accountPageAt(pathname)).toBe(place);
  });
});

describe("what didn't work in the account", () => {
  const failure = (code: string) => new LoginError(code, "", { status: 403 });

  it.each([
    ["sign_in_required", { to: "sign-in", page: "devices" }],
    [
      "device_unknown",
      { to: "account-page", page: "devices", message: ACCOUNT.notices.goneAlready },
    ],
    [
      "wrong_account",
      { to: "account-page", page: "devices", message: ACCOUNT.notices.anotherAccount },
    ],
    ["network", undefined],
  ])("leads away from the list where %s shows that it is old", (code, next) => {
    expect(redirectFor(failure(code), "devices")).toEqual(next);
  });

  it.each([
    [failure("last_passkey"), ACCOUNT.notices.lastPasskey],
    [failure("too_many_passkeys"), ACCOUNT.notices.tooManyPasskeys],
    [failure("recovery_code_invalid"), ACCOUNT.notices.recoveryCodeInvalid],
    [failure("too_many_requests"), PHONE.notices.tooManyRequests],
    [new DOMException("", "InvalidStateError"), ACCOUNT.notices.passkeyHere],
    [new DOMException("", "NotAllowedError"), PHONE.notices.passkeyCancelled],
  ])("is said in place: %s", (error, text) => {
    expect(accountErrorMessage(error)).toBe(text);
  });
});
