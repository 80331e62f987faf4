import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amrOf,
  checkAddPasskey,
  checkRemovePasskey,
  MAX_PASSKEYS,
  MAX_PASSKEYS_OF_ROOT,
  newCredential,
  passkeysToConfirm,
  usePasskey,
  type Assertion,
  type Credential,
} from "../../../src/accounts/passkeys/credential.ts";
import {
  RECENTLY_USED,
  type HasTrustDelay,
} from "../../../src/accounts/phone-sessions/trust-delay.ts";

const NOW = 1_000_000_000_000;

/** A passkey or phone of a root that has a trust delay. */
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
  it("stores the signature counter and the ceremony when a passkey is used", () => {
    expect(usePasskey(CREDENTIAL, ASSERTION, NOW + 1, NOW + 2)).toEqual({
      ok: true,
      value: { ...CREDENTIAL, counter: 6, lastUsedAt: NOW + 2, newestCeremony: NOW + 1 },
    });
  });

  it.each([
    [5, 6, true],
    [0, 0, true],
    [0, 1, true],
  ])("accepts a signature counter that goes from %i to %i", (before, now, accepted) => {
    const credential = { ...CREDENTIAL, counter: before };
    const used = usePasskey(credential, { ...ASSERTION, counter: now }, NOW + 1, NOW + 2);
    expect(used.ok).toBe(accepted);
  });

  it.each([
    [5, 5],
    [5, 4],
    [5, 0],
  ])("rejects a signature counter that goes from %i to %i", (before, now) => {
    const credential = { ...CREDENTIAL, counter: before };
    expect(usePasskey(credential, { ...ASSERTION, counter: now }, NOW + 1, NOW + 2)).toEqual({
      ok: false,
      error: { code: "passkey_invalid", reason: "signature_counter_not_increased" },
    });
  });

  it("stores that a passkey was backed up meanwhile", () => {
    const credential: Credential = { ...CREDENTIAL, deviceType: "multiDevice" };
    const assertion: Assertion = { counter: 6, deviceType: "multiDevice", backedUp: true };
    expect(usePasskey(credential, assertion, NOW + 1, NOW + 2)).toMatchObject({
      value: { backedUp: true },
    });
  });

  it("rejects a passkey whose backup eligibility has changed", () => {
    const assertion: Assertion = { ...ASSERTION, deviceType: "multiDevice" };
    expect(usePasskey(CREDENTIAL, assertion, NOW + 1, NOW + 2)).toEqual({
      ok: false,
      error: { code: "passkey_invalid", reason: "backup_eligibility_changed" },
    });
  });

  it("never accepts one ceremony twice, in whatever order ceremonies are used", () => {
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
  const ADDED = { ok: true, value: null };
  const FULL = { ok: false, error: "too_many_passkeys" };

  it("adds a passkey until the account has as many as it may", () => {
    const add = (known: Credential[]) => checkAddPasskey({ id: "new" }, known, {}, 5, NOW);
    expect(add(many(1))).toEqual(ADDED);
    expect(add(many(MAX_PASSKEYS - 1))).toEqual(ADDED);
    expect(add(many(MAX_PASSKEYS))).toEqual(FULL);
  });

  it("rejects a passkey whose id the account has already", () => {
    expect(checkAddPasskey({ id: "known 0" }, many(1), {}, 5, NOW)).toMatchObject({
      error: { code: "passkey_invalid" },
    });
  });

  it.each([5, 6])(
    "rejects a ceremony begun at 5 from a phone that has used one begun at %i",
    (newestAddition) => {
      expect(checkAddPasskey({ id: "new" }, many(1), { newestAddition }, 5, NOW)).toMatchObject({
        error: { code: "ceremony_used" },
      });
    },
  );

  it("counts the passkeys of each unconfirmed phone apart from the owner's", () => {
    const unconfirmed = many(MAX_PASSKEYS_OF_ROOT).map((known) => ({ ...known, ...ofRoot("a") }));
    const add = (known: Credential[], phone: HasTrustDelay) =>
      checkAddPasskey({ id: "new" }, known, phone, 5, NOW);
    expect(add(unconfirmed, ofRoot("a"))).toEqual(FULL);
    expect(add(unconfirmed, ofRoot("b"))).toEqual(ADDED);
    expect(add([...unconfirmed, ...many(MAX_PASSKEYS - 1)], {})).toEqual(ADDED);
    expect(add([...unconfirmed, ...many(MAX_PASSKEYS)], {})).toEqual(FULL);
    expect(add(many(MAX_PASSKEYS), ofRoot("a"))).toEqual(ADDED);
  });
});

describe("removing a passkey", () => {
  const other = { ...CREDENTIAL, id: "other" };
  const account = { lastConfirmedUse: NOW };
  const remove = (id: string, known: Credential[]) => checkRemovePasskey(id, known, account, NOW);
  const REMOVED = { ok: true, value: null };
  const LAST = { ok: false, error: "last_passkey" };

  it("removes one of two passkeys", () => {
    expect(remove("other", [CREDENTIAL, other])).toEqual(REMOVED);
  });

  it("keeps the last passkey", () => {
    expect(remove("credential", [CREDENTIAL])).toEqual(LAST);
  });

  it("keeps the last confirmed passkey, however many unconfirmed ones there are", () => {
    const unconfirmed = [
      { ...other, ...ofRoot("a") },
      { ...other, id: "third", ...ofRoot("b") },
    ];
    expect(remove("credential", [CREDENTIAL, ...unconfirmed])).toEqual(LAST);
    expect(remove("credential", [CREDENTIAL, ...unconfirmed, { ...other, id: "fourth" }])).toEqual(
      REMOVED,
    );
  });

  it("removes an unconfirmed passkey, also if it is the only one", () => {
    expect(remove("other", [{ ...other, ...ofRoot("a") }])).toEqual(REMOVED);
  });

  it.each([[[CREDENTIAL]], [[]]])("removes no passkey that isn't there: %#", (known) => {
    expect(remove("other", known)).toMatchObject({ error: "passkey_unknown" });
  });

  it("confirms the passkeys of a recovered account when the last one without a trust delay is removed", () => {
    const unused = { lastConfirmedUse: NOW - RECENTLY_USED };
    const recovered: Credential = {
      ...other,
      probation: { root: "code", by: "recovery_code", until: NOW + 1 },
    };
    const known = [CREDENTIAL, recovered];
    expect(checkRemovePasskey("credential", known, unused, NOW)).toEqual(REMOVED);
    expect(passkeysToConfirm([recovered], unused, NOW)).toEqual([other]);
    expect(passkeysToConfirm(known, unused, NOW)).toEqual([]);
    expect(passkeysToConfirm([recovered], account, NOW)).toEqual([]);
  });
});

describe("authentication methods (RFC 8176)", () => {
  it.each([
    ["singleDevice", ["pop", "user", "mfa"]],
    ["multiDevice", ["swk", "user", "mfa"]],
  ] as const)("derives amr from a %s passkey as %j [ASVS-6.1.3/2]", (deviceType, amr) => {
    expect(amrOf({ deviceType })).toEqual(amr);
  });
});
