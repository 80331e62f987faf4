import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAddPasskey, MAX_PASSKEYS, MAX_PASSKEYS_OF_ROOT, amrOf, newCredential, checkRemovePasskey, usePasskey, type Assertion, type Credential } from "../../src/accounts/passkeys/credential.ts";
import { IDLE_TTL, MAX_SESSIONS, MAX_SESSIONS_OF_ROOT, newPhoneSession, touch, SEEN_INTERVAL, sessionsToEvict } from "../../src/accounts/phone-sessions/phone-session.ts";
import { rootOf, type HasTrustDelay } from "../../src/accounts/phone-sessions/trust-delay.ts";

const NOW = 1_000_000_000_000;

/** What came of a phone that has a trust delay still. */
const ofRoot = (root: string): HasTrustDelay => ({
  probation: { root, by: "another_phone", until: NOW + 1 },
});

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
    expect(checkAddPasskey({ id }, known, { newestAddition }, begunAt, NOW)).toBe(refused);
  });

  it("counts the passkeys of each unconfirmed phone apart from the owner's", () => {
    const unconfirmed = many(MAX_PASSKEYS_OF_ROOT).map((known) => ({ ...known, ...ofRoot("a") }));
    const add = (known: Credential[], phone: HasTrustDelay) =>
      checkAddPasskey({ id: "new" }, known, phone, 5, NOW);
    expect(add(unconfirmed, ofRoot("a"))).toBe("too_many_passkeys");
    expect(add(unconfirmed, ofRoot("b"))).toBeUndefined();
    expect(add([...unconfirmed, ...many(MAX_PASSKEYS - 1)], {})).toBeUndefined();
    expect(add([...unconfirmed, ...many(MAX_PASSKEYS)], {})).toBe("too_many_passkeys");
    expect(add(many(MAX_PASSKEYS), ofRoot("a"))).toBeUndefined();
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
    expect(checkRemovePasskey(id, known)).toBe(refused);
  });
});

describe("methods of authentication (RFC 8176)", () => {
  it.each([
    ["singleDevice", ["pop", "user", "mfa"]],
    ["multiDevice", ["swk", "user", "mfa"]],
  ] as const)("of a %s passkey are %j", (deviceType, amr) => {
    expect(amrOf({ deviceType })).toEqual(amr);
  });
});

describe("phone sessions", () => {
  const session = (name: string, lastSeenAt: number) => ({
    ...newPhoneSession(
      { id: name, secretHash: name, device: {} },
      { amr: ["hwk"], by: "passkey" },
      0,
    ),
    lastSeenAt,
  });

  it("seen again soon cost no write", () => {
    const known = session("a", NOW);
    expect(touch(known, NOW + SEEN_INTERVAL - 1)).toBe(known);
  });

  it("seen again after a day are noted", () => {
    const known = session("a", NOW);
    const later = NOW + SEEN_INTERVAL;
    expect(touch(known, later)).toEqual({ ...known, lastSeenAt: later });
  });

  it("not seen for too long are over", () => {
    expect(touch(session("a", NOW), NOW + IDLE_TTL - 1)).toBeDefined();
    expect(touch(session("a", NOW), NOW + IDLE_TTL)).toBeUndefined();
  });

  it("that are over make room, and where that isn't enough, the ones longest unseen", () => {
    const living = Array.from({ length: MAX_SESSIONS }, (_, i) => session(`s${i}`, NOW - i));
    const ended = session("over", NOW - IDLE_TTL);
    const { over, evicted } = sessionsToEvict([ended, ...living], {}, NOW);
    expect(over).toEqual([ended]);
    expect(evicted.map(({ secretHash }) => secretHash)).toEqual([`s${MAX_SESSIONS - 1}`]);
    expect(sessionsToEvict(living.slice(1), {}, NOW)).toEqual({ over: [], evicted: [] });
  });

  it("of an unconfirmed phone make room for those of the same root alone", () => {
    const confirmed = Array.from({ length: MAX_SESSIONS }, (_, i) => session(`s${i}`, NOW - 1e6));
    const ofA = Array.from({ length: MAX_SESSIONS_OF_ROOT }, (_, i) => ({
      ...session(`a${i}`, NOW - i),
      ...ofRoot("a"),
    }));
    const names = (newcomer: HasTrustDelay) =>
      sessionsToEvict([...confirmed, ...ofA], newcomer, NOW).evicted.map(({ id }) => id);
    expect(names(ofRoot("a"))).toEqual([`a${MAX_SESSIONS_OF_ROOT - 1}`]);
    expect(names(ofRoot("b"))).toEqual([]);
    expect(names({})).toHaveLength(1);
    expect(names({})[0]).toMatch(/^s/);
  });

  it("are never more than there may be once one was added, and none of another root is dropped", () => {
    const instants = fc.integer({ min: NOW - 2 * IDLE_TTL, max: NOW });
    const roots = fc.constantFrom(undefined, "a", "b");
    const many = fc.array(fc.tuple(instants, roots), { maxLength: 60 });
    const trusted = (root: string | undefined) => (root === undefined ? {} : ofRoot(root));
    fc.assert(
      fc.property(many, roots, (known, root) => {
        const sessions = known.map(([lastSeen, of], i) => ({
          ...session(`s${i}`, lastSeen),
          ...trusted(of),
        }));
        const { over, evicted } = sessionsToEvict(sessions, trusted(root), NOW);
        const kept = sessions.filter((one) => !over.includes(one) && !evicted.includes(one));
        for (const one of kept) expect(touch(one, NOW)).toBeDefined();
        for (const one of over) expect(touch(one, NOW)).toBeUndefined();
        for (const one of evicted) expect(rootOf(one, NOW)).toBe(root);
        const places = root === undefined ? MAX_SESSIONS : MAX_SESSIONS_OF_ROOT;
        const alike = kept.filter((one) => rootOf(one, NOW) === root);
        expect(alike.length).toBeLessThan(places);
        // Nobody is dropped for somebody who was away for longer.
        for (const one of evicted) {
          for (const other of alike)
            expect(other.lastSeenAt).toBeGreaterThanOrEqual(one.lastSeenAt);
        }
        if (evicted.length > 0) expect(alike).toHaveLength(places - 1);
      }),
    );
  });
});
