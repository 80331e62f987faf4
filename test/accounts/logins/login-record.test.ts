import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  confirm,
  end,
  endsAt,
  purgeAt,
  isActive,
  isUnconfirmed,
  SEEN_INTERVAL,
  excessLogins,
  UNKNOWN_TTL,
  touch,
  type ActiveLogin,
  type EndedBy,
} from "../../../src/accounts/logins/login-record.ts";

const NOW = 1_000_000_000_000;
const TERMS = { deviceIdleTtl: 30_000, unconfirmedTtl: 1000, historyTtl: 500_000 };
const GRANT = {
  sessionId: "s",
  clientId: "shop",
  scope: "openid",
  account: { sub: "ada" },
  approvedAt: NOW,
  screen: { city: "Graz" },
};

function begun(change: Partial<ActiveLogin> = {}): ActiveLogin {
  const login = begin(undefined, { grant: GRANT, expiresAt: NOW + 100_000 }, TERMS, NOW);
  if (!login.ok) throw new Error(login.error);
  return { ...login.value, ...change };
}

describe("a login", () => {
  it.each([
    ["at its beginning", {}, NOW, true],
    ["just before it was unused for too long", {}, NOW + 29_999, true],
    ["unused for too long", {}, NOW + 30_000, false],
    ["used meanwhile", { lastSeenAt: NOW + 20_000 }, NOW + 49_999, true],
    ["just before its time is over", { lastSeenAt: NOW + 90_000 }, NOW + 99_999, true],
    [
      "whose time is over, however much it is used",
      { lastSeenAt: NOW + 99_999 },
      NOW + 100_000,
      false,
    ],
  ])("decides whether a login is active: %s", (_, change, now, active) => {
    expect(isActive(begun(change), now)).toBe(active);
  });

  it("begins a login once", () => {
    const again = { grant: GRANT, expiresAt: NOW + 1 };
    for (const known of [begun(), end(undefined, "server", NOW)]) {
      expect(begin(known, again, TERMS, NOW)).toEqual({ ok: false, error: "login_ended" });
    }
  });

  it("updates the last use of a login at most once an hour", () => {
    const login = begun();
    expect(touch(login, NOW + SEEN_INTERVAL - 1)).toBe(login);
    expect(touch(login, NOW + SEEN_INTERVAL).lastSeenAt).toBe(NOW + SEEN_INTERVAL);
  });

  it("asks about a login until it is confirmed, or the time for that is over", () => {
    const login = begun();
    expect(isUnconfirmed(login, NOW + 999)).toBe(true);
    expect(isUnconfirmed(login, NOW + 1000)).toBe(false);
    const known = confirm(login, NOW + 10);
    expect(isUnconfirmed(known, NOW + 11)).toBe(false);
    expect(confirm(known, NOW + 20)).toBe(known);
  });
});

describe("ending a login", () => {
  it.each<EndedBy>(["owner", "stranger", "client", "server"])(
    "records that a login was ended by %s",
    (by) => {
      expect(end(begun({ confirmedAt: NOW + 1 }), by, NOW + 5)).toEqual({
        status: "ended",
        grant: GRANT,
        confirmedAt: NOW + 1,
        endedAt: NOW + 5,
        endedBy: by,
        forgetAt: NOW + 5 + TERMS.historyTtl,
      });
    },
  );

  it("changes nothing when a login is ended twice", () => {
    const ended = end(begun(), "owner", NOW + 5);
    expect(end(ended, "stranger", NOW + 6)).toBe(ended);
  });

  it("remembers the end of an unknown login longer than any code of it is valid", () => {
    expect(end(undefined, "server", NOW)).toEqual({
      status: "ended",
      endedAt: NOW,
      endedBy: "server",
      forgetAt: NOW + UNKNOWN_TTL,
    });
  });

  it("keeps the time at which a login expired when it is ended later", () => {
    const login = begun();
    expect(end(login, "server", NOW + 50_000).endedAt).toBe(endsAt(login));
  });

  it("never keeps a record longer than if the login had expired", () => {
    fc.assert(
      fc.property(fc.nat(200_000), (after) => {
        const login = begun();
        expect(purgeAt(end(login, "owner", NOW + after))).toBeLessThanOrEqual(purgeAt(login));
      }),
    );
  });
});

it("ends only the excess logins, those unused for longest", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -60_000, max: 0 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 10 }),
      (seen, max) => {
        const records = seen.map((ago) => begun({ lastSeenAt: NOW + ago }));
        const dropped = excessLogins(records, max, NOW);
        const active = records.filter((record) => isActive(record, NOW));
        const kept = active.filter((record) => !dropped.includes(record));
        expect(kept).toHaveLength(Math.min(active.length, max));
        for (const one of dropped) {
          for (const other of kept) expect(other.lastSeenAt).toBeGreaterThanOrEqual(one.lastSeenAt);
        }
      },
    ),
  );
});
