import fc from "fast-check";
import { expect, it } from "vitest";
import {
  findApprover,
  IDLE_TTL,
  MAX_SESSIONS,
  MAX_SESSIONS_OF_ROOT,
  newPhoneSession,
  replacedBy,
  SEEN_INTERVAL,
  sessionsToEvict,
  touch,
} from "../../../src/accounts/phone-sessions/phone-session.ts";
import { rootOf, type HasTrustDelay } from "../../../src/accounts/phone-sessions/trust-delay.ts";

const NOW = 1_000_000_000_000;

/** A phone of a root that has a trust delay. */
const ofRoot = (root: string): HasTrustDelay => ({
  probation: { root, by: "another_phone", until: NOW + 1 },
});

const session = (name: string, lastSeenAt: number) => ({
  ...newPhoneSession(
    { id: name, secretHash: name, device: {} },
    { amr: ["hwk"], by: "passkey" },
    0,
  ),
  lastSeenAt,
});

it("writes nothing when a phone is used again within a day", () => {
  const known = session("a", NOW);
  expect(touch(known, NOW + SEEN_INTERVAL - 1)).toBe(known);
});

it("stores the last use of a phone that is used again after a day", () => {
  const known = session("a", NOW);
  const later = NOW + SEEN_INTERVAL;
  expect(touch(known, later)).toEqual({ ...known, lastSeenAt: later });
});

it("ends a phone session that was not used for 90 days [ASVS-7.3.1]", () => {
  expect(touch(session("a", NOW), NOW + IDLE_TTL - 1)).toBeDefined();
  expect(touch(session("a", NOW), NOW + IDLE_TTL)).toBeUndefined();
});

it("evicts expired sessions first, and then the session unused for longest", () => {
  const living = Array.from({ length: MAX_SESSIONS }, (_, i) => session(`s${i}`, NOW - i));
  const ended = session("over", NOW - IDLE_TTL);
  const { expired, evicted } = sessionsToEvict([ended, ...living], {}, NOW);
  expect(expired).toEqual([ended]);
  expect(evicted.map(({ secretHash }) => secretHash)).toEqual([`s${MAX_SESSIONS - 1}`]);
  expect(sessionsToEvict(living.slice(1), {}, NOW)).toEqual({ expired: [], evicted: [] });
});

it("evicts sessions of an unconfirmed phone only for phones of the same root", () => {
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

it("keeps the number of sessions within its limit and evicts none of another root", () => {
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
      const { expired, evicted } = sessionsToEvict(sessions, trusted(root), NOW);
      const kept = sessions.filter((one) => !expired.includes(one) && !evicted.includes(one));
      for (const one of kept) expect(touch(one, NOW)).toBeDefined();
      for (const one of expired) expect(touch(one, NOW)).toBeUndefined();
      for (const one of evicted) expect(rootOf(one, NOW)).toBe(root);
      const limit = root === undefined ? MAX_SESSIONS : MAX_SESSIONS_OF_ROOT;
      const sameRoot = kept.filter((one) => rootOf(one, NOW) === root);
      expect(sameRoot.length).toBeLessThan(limit);
      // No session is evicted while one that was unused for longer stays.
      for (const one of evicted) {
        for (const other of sameRoot)
          expect(other.lastSeenAt).toBeGreaterThanOrEqual(one.lastSeenAt);
      }
      if (evicted.length > 0) expect(sameRoot).toHaveLength(limit - 1);
    }),
  );
});

it("finds the phone that approved after its browser has replaced its session, with the trust delay of then", () => {
  const TTL = 1000;
  const first = { ...session("a", NOW), ...ofRoot("r") };
  const second = { ...session("b", NOW), replaced: replacedBy(first, TTL, NOW) };
  const third = { ...session("c", NOW), replaced: replacedBy(second, TTL, NOW + 1) };
  const find = (name: string, now: number) =>
    findApprover([session("other", NOW), third], name, now);
  expect(find("a", NOW + TTL - 1)).toMatchObject({ secretHash: "c", ...ofRoot("r") });
  expect(find("b", NOW + TTL)).not.toHaveProperty("probation");
  expect(find("c", NOW + TTL)).toEqual(third);
  expect(find("a", NOW + TTL)).toBeUndefined();
  expect(find("b", NOW + TTL + 1)).toBeUndefined();
  expect(find("d", NOW)).toBeUndefined();
});

it("hands nothing over from an expired session, and keeps five replaced sessions", () => {
  expect(replacedBy(session("a", NOW - IDLE_TTL), 1000, NOW)).toEqual([]);
  let last = session("s0", NOW);
  for (let i = 1; i < 10; i++) {
    last = { ...session(`s${i}`, NOW), replaced: replacedBy(last, 1000, NOW) };
  }
  const names = last.replaced?.map(({ secretHash }) => secretHash);
  expect(names).toEqual(["s8", "s7", "s6", "s5", "s4"]);
});
