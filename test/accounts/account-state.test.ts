import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  additionRefused,
  IDLE_TTL,
  MAX_PASSKEYS,
  MAX_SESSIONS,
  methodsOf,
  newCredential,
  newSession,
  removalRefused,
  seen,
  SEEN_INTERVAL,
  sessionsToDrop,
  usePasskey,
  type Assertion,
  type Credential,
} from "../../src/accounts/account-state.ts";

const NOW = 1_000_000_000_000;

const CREDENTIAL: Credential = newCredential(
  {
    id: "credential",
    name: "Phone",
    publicKey: new Uint8Array(),
    counter: 5,
    transports: ["internal"],
    deviceType: "singleDevice",
    backedUp: false,
  },
  NOW,
);

const ASSERTION: Assertion = { counter: 6, deviceType: "singleDevice", backedUp: false };

describe("using a passkey", () => {
  it("moves its counter and remembers the ceremony", () => {
    expect(usePasskey(CREDENTIAL, ASSERTION, NOW + 1, NOW + 2)).toEqual({
      ok: true,
      value: { ...CREDENTIAL, counter: 6, lastUsedAt: NOW + 2, newestCeremony: NOW + 1 },
    });
  });

  it.each([
    [5, 6, true],
    [5, 5, false],
    [5, 4, false],
    [5, 0, false],
    [0, 0, true],
    [0, 1, true],
  ])("with a counter that was %i and is %i: %s", (before, now, ok) => {
    const credential = { ...CREDENTIAL, counter: before };
    expect(usePasskey(credential, { ...ASSERTION, counter: now }, NOW + 1, NOW + 2).ok).toBe(ok);
  });

  it("that was backed up meanwhile is noted", () => {
    const credential: Credential = { ...CREDENTIAL, deviceType: "multiDevice" };
    const assertion: Assertion = { counter: 6, deviceType: "multiDevice", backedUp: true };
    expect(usePasskey(credential, assertion, NOW + 1, NOW + 2)).toMatchObject({
      value: { backedUp: true },
    });
  });

  it("whose kind changed is refused", () => {
    const assertion: Assertion = { ...ASSERTION, deviceType: "multiDevice" };
    expect(usePasskey(CREDENTIAL, assertion, NOW + 1, NOW + 2)).toEqual({
      ok: false,
      error: "passkey_invalid",
    });
  });

  it("never succeeds twice for one ceremony, in whatever order ceremonies are used", () => {
    const instants = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(instants, (ceremonies) => {
        let credential = { ...CREDENTIAL, counter: 0 };
        const used: number[] = [];
        for (const begunAt of ceremonies) {
          const result = usePasskey(credential, { ...ASSERTION, counter: 0 }, begunAt, NOW);
          if (!result.ok) continue;
          credential = result.value;
          used.push(begunAt);
        }
        expect(used).toEqual([...new Set(used)].toSorted((a, b) => a - b));
        expect(used.length > 0).toBe(ceremonies.length > 0);
      }),
    );
  });
});

describe("adding a passkey", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...CREDENTIAL, id: `known ${i}` }));

  it.each([
    ["that is new", "new", many(1), 0, 5, undefined],
    ["that makes as many as there may be", "new", many(MAX_PASSKEYS - 1), 0, 5, undefined],
    ["that is one too many", "new", many(MAX_PASSKEYS), 0, 5, "too_many_passkeys"],
    ["that is there", "known 0", many(1), 0, 5, "passkey_invalid"],
    ["in a ceremony that was used", "new", many(1), 5, 5, "ceremony_used"],
    ["in one that began before", "new", many(1), 6, 5, "ceremony_used"],
  ])("%s", (_, id, known, newestAddition, begunAt, refused) => {
    expect(additionRefused({ id }, known, { newestAddition }, begunAt)).toBe(refused);
  });
});

describe("removing a passkey", () => {
  const other = { ...CREDENTIAL, id: "other" };

  it.each([
    ["one of two", "other", [CREDENTIAL, other], undefined],
    ["the last one", "credential", [CREDENTIAL], "last_passkey"],
    ["one that isn't there", "other", [CREDENTIAL], "passkey_unknown"],
    ["one of none", "other", [], "passkey_unknown"],
  ])("%s", (_, id, known, refused) => {
    expect(removalRefused(id, known)).toBe(refused);
  });
});

describe("methods of authentication (RFC 8176)", () => {
  it.each([
    ["singleDevice", ["hwk", "user", "mfa"]],
    ["multiDevice", ["swk", "user", "mfa"]],
  ] as const)("of a %s passkey are %j", (deviceType, amr) => {
    expect(methodsOf({ deviceType })).toEqual(amr);
  });
});

describe("phone sessions", () => {
  const session = (name: string, lastSeenAt: number) => ({
    ...newSession({ id: name, secretHash: name, device: {} }, { amr: ["hwk"], by: "passkey" }, 0),
    lastSeenAt,
  });

  it("seen again soon cost no write", () => {
    const known = session("a", NOW);
    expect(seen(known, NOW + SEEN_INTERVAL - 1)).toBe(known);
  });

  it("seen again after a day are noted", () => {
    const known = session("a", NOW);
    const later = NOW + SEEN_INTERVAL;
    expect(seen(known, later)).toEqual({ ...known, lastSeenAt: later });
  });

  it("not seen for too long are over", () => {
    expect(seen(session("a", NOW), NOW + IDLE_TTL - 1)).toBeDefined();
    expect(seen(session("a", NOW), NOW + IDLE_TTL)).toBeUndefined();
  });

  it("that are over make room, and where that isn't enough, the ones longest unseen", () => {
    const living = Array.from({ length: MAX_SESSIONS }, (_, i) => session(`s${i}`, NOW - i));
    const over = session("over", NOW - IDLE_TTL);
    const dropped = sessionsToDrop([over, ...living], NOW).map(({ secretHash }) => secretHash);
    expect(dropped.toSorted()).toEqual(["over", `s${MAX_SESSIONS - 1}`]);
    expect(sessionsToDrop(living.slice(1), NOW)).toEqual([]);
  });

  it("are never more than there may be once one was added", () => {
    const instants = fc.array(fc.integer({ min: NOW - 2 * IDLE_TTL, max: NOW }), { maxLength: 60 });
    fc.assert(
      fc.property(instants, (lastSeen) => {
        const sessions = lastSeen.map((instant, i) => session(`s${i}`, instant));
        const dropped = sessionsToDrop(sessions, NOW);
        const kept = sessions.filter((one) => !dropped.includes(one));
        expect(kept.length).toBeLessThan(MAX_SESSIONS);
        for (const one of kept) expect(seen(one, NOW)).toBeDefined();
        // Nobody is dropped for somebody who was away for longer.
        const fresh = dropped.filter((one) => seen(one, NOW));
        for (const one of fresh) {
          for (const other of kept) expect(other.lastSeenAt).toBeGreaterThanOrEqual(one.lastSeenAt);
        }
        if (fresh.length > 0) expect(kept.length).toBe(MAX_SESSIONS - 1);
      }),
    );
  });
});
