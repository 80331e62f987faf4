import { expect, it } from "vitest";
import type { EndedBy, EndedLogin } from "../../../src/accounts/logins/login-record.ts";
import { loginHistoryOf } from "../../../src/accounts/logins/known-devices.ts";
import type { DeviceInfo } from "../../../src/login-session/domain/device-info.ts";

const NOW = 1_000_000;

const ended = (screen: DeviceInfo, endedBy: EndedBy = "owner", forgetAt = NOW + 1): EndedLogin => ({
  status: "ended",
  grant: {
    sessionId: "s",
    clientId: "shop",
    scope: "openid",
    account: { sub: "ada" },
    approvedAt: 0,
    screen,
  },
  endedAt: 0,
  endedBy,
  forgetAt,
});

const FIREFOX = { browser: "Firefox 140", system: "Linux", country: "AT" };

it("lists each known screen of an account once, by browser, system and country", () => {
  const records = [
    ended({ ...FIREFOX, city: "Graz", ip: "192.0.2.1" }),
    ended({ ...FIREFOX, city: "Wien" }),
    ended({ country: "DE" }),
  ];
  expect(loginHistoryOf(records, NOW)).toEqual({ known: [FIREFOX, { country: "DE" }], logins: 3 });
});

it("does not count logins that were reported, expired from the records, or never began", () => {
  const records = [
    ended(FIREFOX, "stranger"),
    ended(FIREFOX, "owner", NOW),
    { status: "ended", endedAt: 0, endedBy: "server", forgetAt: NOW + 1 } as const,
  ];
  expect(loginHistoryOf(records, NOW)).toEqual({ known: [], logins: 0 });
});

it("counts a screen that an unconfirmed phone has logged in once its trust delay is over", () => {
  const probation = { root: "r", by: "another_phone", until: NOW } as const;
  const record: EndedLogin = { ...ended(FIREFOX), endedAt: NOW, forgetAt: NOW + 2, probation };
  expect(loginHistoryOf([record], NOW - 1)).toEqual({ known: [], logins: 0 });
  expect(loginHistoryOf([record], NOW)).toEqual({ known: [FIREFOX], logins: 1 });
});

it("does not count a screen whose login ended while the phone that approved it was unconfirmed", () => {
  const probation = { root: "r", by: "another_phone", until: NOW } as const;
  const record: EndedLogin = { ...ended(FIREFOX), endedAt: NOW - 1, forgetAt: NOW + 2, probation };
  expect(loginHistoryOf([record], NOW + 1)).toEqual({ known: [], logins: 0 });
});
