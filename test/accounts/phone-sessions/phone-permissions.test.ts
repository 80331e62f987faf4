import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  IDLE_TTL,
  newPhoneSession,
  type PhoneSession,
} from "../../../src/accounts/phone-sessions/phone-session.ts";
import {
  authorize,
  ISSUER_APP,
  type Action,
} from "../../../src/accounts/phone-sessions/phone-permissions.ts";
import {
  isUnconfirmed,
  RECENTLY_USED,
  rootOf,
  withUse,
  type HasTrustDelay,
  type TrustDelay,
} from "../../../src/accounts/phone-sessions/trust-delay.ts";

const NOW = 1_000_000_000_000;
const DAY = 24 * 3600 * 1000;
const IN_USE = { lastConfirmedUse: NOW - DAY };
const NOT_IN_USE = { lastConfirmedUse: NOW - RECENTLY_USED };

const ofRoot = (root: string, change: Partial<TrustDelay> = {}): HasTrustDelay => ({
  probation: { root, by: "another_phone", until: NOW + DAY, ...change },
});

const phone = (origin: HasTrustDelay = {}, lastSeenAt = NOW): PhoneSession => ({
  ...newPhoneSession(
    { id: "p", secretHash: "p", device: {} },
    { amr: ["pop"], by: "passkey" },
    NOW,
  ),
  ...origin,
  lastSeenAt,
});

const ON_ITSELF = ["add_passkey", "turn_notices_on", "turn_notices_off"] as const;
const ON_TARGETS = ["remove_passkey", "sign_out_phones", "end_screens"] as const;
const FOR_THE_OWNER = [
  "rename_passkey",
  "confirm_screen",
  "make_recovery_code",
  "link_phone",
  "delete_account",
] as const;

const roots = fc.constantFrom("a", "b", "c");
const probations: fc.Arbitrary<TrustDelay> = fc.record({
  root: roots,
  by: fc.constantFrom("another_phone", "recovery_code"),
  until: fc.integer({ min: NOW - 2 * DAY, max: NOW + 2 * DAY }),
});
const origins: fc.Arbitrary<HasTrustDelay> = fc.oneof(
  fc.constant({}),
  probations.map((probation) => ({ probation })),
);
const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constantFrom(...ON_ITSELF) }),
  fc.record({ type: fc.constantFrom(...FOR_THE_OWNER) }),
  fc.record({ type: fc.constantFrom(...ON_TARGETS), targets: fc.array(origins, { maxLength: 4 }) }),
);
const accounts = fc.record(
  { lastConfirmedUse: fc.integer({ min: NOW - 60 * DAY, max: NOW }) },
  { requiredKeys: [] },
);

describe("what a phone may do", () => {
  it("allows nothing to a phone that is not signed in or was signed out [ASVS-7.4.1/2]", () => {
    const gone = fc.oneof(
      fc.constant(undefined),
      origins.map((origin) => phone(origin, NOW - IDLE_TTL)),
    );
    fc.assert(
      fc.property(actions, gone, accounts, (action, actor, account) => {
        const refused = { ok: false, error: "not_signed_in" };
        expect(authorize(action, actor, account, NOW)).toEqual(refused);
      }),
    );
  });

  it("allows nothing to a phone whose account was deleted", () => {
    fc.assert(
      fc.property(actions, origins, (action, origin) => {
        const refused = { ok: false, error: "not_signed_in" };
        expect(authorize(action, phone(origin), undefined, NOW)).toEqual(refused);
      }),
    );
  });

  it("allows every action to a confirmed phone", () => {
    fc.assert(
      fc.property(actions, origins, accounts, (action, origin, account) => {
        fc.pre(!isUnconfirmed(origin, account, NOW));
        const actor = phone(origin);
        expect(authorize(action, actor, account, NOW)).toEqual({ ok: true, value: actor });
      }),
    );
  });

  it("allows an unconfirmed phone nothing that concerns another root", () => {
    fc.assert(
      fc.property(actions, origins, accounts, (action, origin, account) => {
        fc.pre(isUnconfirmed(origin, account, NOW));
        const root = rootOf(origin, NOW);
        const allowed = authorize(action, phone(origin), account, NOW).ok;
        const isForItself = ON_ITSELF.some((type) => type === action.type);
        const isOfItsOwn =
          "targets" in action && action.targets.every((target) => rootOf(target, NOW) === root);
        expect(allowed).toBe(isForItself || isOfItsOwn);
      }),
    );
  });

  it.each(FOR_THE_OWNER)("never allows %s to an unconfirmed phone", (type) => {
    const refused = { ok: false, error: "phone_unconfirmed" };
    expect(authorize({ type }, phone(ofRoot("a")), IN_USE, NOW)).toEqual(refused);
    expect(authorize({ type }, phone(ofRoot("a")), NOT_IN_USE, NOW)).toEqual(refused);
  });

  it.each(ON_TARGETS)("allows %s to an unconfirmed phone only for its own root", (type) => {
    const actor = phone(ofRoot("a"));
    const may = (...targets: HasTrustDelay[]) =>
      authorize({ type, targets }, actor, IN_USE, NOW).ok;
    expect(may(ofRoot("a"))).toBe(true);
    expect(may(ofRoot("a"), {})).toBe(false);
    expect(may(ofRoot("b"))).toBe(false);
    // Something of the same root counts as confirmed once its delay is over.
    expect(may(ofRoot("a", { until: NOW }))).toBe(false);
  });

  it.each([...ON_ITSELF, "make_recovery_code", "link_phone", "delete_account"] as const)(
    "is not %s for an app of a trusted issuer, which has no phone here",
    (type) => {
      const refused = { ok: false, error: "not_signed_in" };
      expect(authorize({ type }, ISSUER_APP, undefined, NOW)).toEqual(refused);
    },
  );

  it("allows an app of a trusted issuer to end and confirm screens only", () => {
    const ends: Action = { type: "end_screens", targets: [{}] };
    expect(authorize(ends, ISSUER_APP, undefined, NOW).ok).toBe(true);
    expect(authorize({ type: "confirm_screen" }, ISSUER_APP, undefined, NOW).ok).toBe(true);
  });
});

describe("a phone that came in by a recovery code", () => {
  const recovered = ofRoot("code", { by: "recovery_code" });

  it.each([
    ["yes if the account was used within the last 30 days", IN_USE, true],
    ["no if it was not", NOT_IN_USE, false],
    ["yes if it is not known whether the account was used", {}, true],
  ])("decides after a recovery whether a phone is unconfirmed: %s", (_, account, unconfirmed) => {
    expect(isUnconfirmed(recovered, account, NOW)).toBe(unconfirmed);
  });

  it("does not count the use of a recovered phone as a confirmed use", () => {
    const profile = { name: "Ada", createdAt: 0, ...NOT_IN_USE };
    expect(withUse(profile, recovered, DAY, NOW)).toBe(profile);
    expect(withUse(profile, {}, DAY, NOW)).toEqual({ ...profile, lastConfirmedUse: NOW });
  });
});

describe("the last confirmed use of an account", () => {
  it("stores the last confirmed use once a day at most", () => {
    const profile = { name: "Ada", createdAt: 0, lastConfirmedUse: NOW };
    expect(withUse(profile, {}, DAY, NOW + DAY - 1)).toBe(profile);
    const next = withUse(profile, {}, DAY, NOW + DAY);
    expect(next).toEqual({ ...profile, lastConfirmedUse: NOW + DAY });
  });

  it("counts the use of a phone whose trust delay is over as confirmed", () => {
    const profile = { name: "Ada", createdAt: 0 };
    const used = withUse(profile, ofRoot("a", { until: NOW }), DAY, NOW);
    expect(used).toEqual({ ...profile, lastConfirmedUse: NOW });
  });
});
