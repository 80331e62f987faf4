import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../../src/login-session/domain/risk/policy.ts";
import { compareLoginHint } from "../../../src/oidc/authorization/login-hint.ts";
import {
  wasShown,
  withScope,
  type ShownClient,
} from "../../../src/oidc/authorization/shown-client.ts";
import {
  decideSso,
  isSameBrowser,
  type RememberedBrowser,
  type SsoRequest,
} from "../../../src/oidc/authorization/sso-decision.ts";

const NOW = 1_800_000_000_000;
const BROWSER = {
  browser: "Firefox 140",
  system: "Linux",
  ip: "203.0.113.66",
  asn: 3320,
  city: "Berlin",
  country: "DE",
  latitude: 52.52,
  longitude: 13.4,
};
const SESSION: RememberedBrowser = {
  id: "this session",
  account: { sub: "ada", name: "Ada", authTime: NOW - 60_000 },
  screen: BROWSER,
  reasons: [{ code: "distance", km: 100 }],
  clients: [{ clientId: "shop", scope: "openid profile" }],
};
const REQUEST: SsoRequest = {
  clientId: "shop",
  scope: "openid",
  prompt: [],
  acrValues: [],
  browser: BROWSER,
  policy: DEFAULT_POLICY,
  isImpersonable: false,
};
const decide = (change: Partial<SsoRequest> = {}, session: Partial<RememberedBrowser> = {}) =>
  decideSso({ ...SESSION, ...session }, { ...REQUEST, ...change }, NOW);

describe("decideSso", () => {
  it.each<[string, string, Partial<SsoRequest>]>([
    ["continues for a client that was shown", "continue", {}],
    ["continues within max_age", "continue", { maxAge: 60_000 }],
    ["continues for a hint of this account", "continue", { loginHint: "ada", expectedSub: "ada" }],
    ["asks for a client that was not shown", "ask", { clientId: "bank" }],
    ["asks for scopes that were not shown", "ask", { scope: "openid email" }],
    ["asks by prompt=select_account", "ask", { prompt: ["select_account"] }],
    ["asks by prompt=consent", "ask", { prompt: ["consent"] }],
    ["asks for an app that another one may impersonate", "ask", { isImpersonable: true }],
    ["asks for a hint that may be this account's address", "ask", { loginHint: "a@example.com" }],
    ["needs the phone by prompt=login", "phone", { prompt: ["login", "consent"] }],
    ["needs the phone by max_age=0", "phone", { maxAge: 0 }],
    ["needs the phone after max_age", "phone", { maxAge: 59_999 }],
    ["needs the phone for another subject", "phone", { expectedSub: "bob" }],
    ["needs the phone for a hint of another account", "phone", { loginHint: "bob" }],
    [
      "needs the phone in another browser",
      "phone",
      { browser: { ...BROWSER, browser: "Chrome 140" } },
    ],
    [
      "needs the phone in another network",
      "phone",
      { browser: { ...BROWSER, ip: "203.0.113.67" } },
    ],
    [
      "needs the phone where the policy always requires matching",
      "phone",
      { policy: { ...DEFAULT_POLICY, matching: "always" } },
    ],
    [
      "needs the phone where the policy always requires a step-up",
      "phone",
      { policy: { ...DEFAULT_POLICY, stepUp: "always" } },
    ],
  ])("%s", (_, decision, change) => {
    expect(decide(change)).toBe(decision);
    // A choice on the page never replaces the phone.
    const chosen = decide({ ...change, chosen: "this session" });
    expect(chosen).toBe(decision === "phone" ? "phone" : "continue");
    if (decision !== "phone") expect(decide({ ...change, chosen: "another" })).toBe("ask");
  });

  it.each<[string, Partial<RememberedBrowser>, Partial<Policy>]>([
    ["a reason of the default policy", { reasons: [{ code: "many_tries", count: 3 }] }, {}],
    ["a reason of its own policy", {}, { block: ["distance"] }],
    ["a distance that is too far for it", {}, { maxDistance: 99 }],
  ])(
    "needs the phone where the client's policy would not have allowed the approval: %s [SSO-policy]",
    (_, session, policy) => {
      const request = { policy: { ...DEFAULT_POLICY, ...policy } };
      expect(decide(request)).toBe(session.reasons ? "continue" : "phone");
      expect(decide(request, session)).toBe("phone");
    },
  );

  it.each<[string, Partial<SsoRequest>]>([
    ["a subject", { expectedSub: "bob" }],
    ["a hint", { loginHint: "bob" }],
    ["an age", { maxAge: 1 }],
    ["nothing", {}],
  ])(
    "answers prompt=none alike for a client that was not shown, whoever is logged in: %s [SSO-oracle]",
    (_, change) => {
      expect(decide({ ...change, clientId: "bank", prompt: ["none"] })).toBe("ask");
    },
  );

  it("continues where only the policy of the first client found the distance too far", () => {
    expect(decide({}, { reasons: [{ code: "far_apart", km: 100 }] })).toBe("continue");
  });

  it("needs the phone by max_age where the time of the sign-in is not known", () => {
    expect(decide({ maxAge: 1_000_000 }, { account: { sub: "ada" } })).toBe("phone");
  });

  it("needs the phone for another acr than that of the session, if it has one", () => {
    const account = { sub: "ada", acr: "gold" };
    expect(decide({ acrValues: ["silver", "gold"] }, { account })).toBe("continue");
    expect(decide({ acrValues: ["silver"] }, { account })).toBe("phone");
    expect(decide({ acrValues: ["silver"] })).toBe("continue");
  });

  it("never continues with less than another request that needs more [SSO-demands]", () => {
    const order = { continue: 0, ask: 1, phone: 2 };
    const text = fc.constantFrom("ada", "bob", "shop", "a@example.com");
    const demands = fc.record<Partial<SsoRequest>>(
      {
        prompt: fc.subarray(["login", "consent", "select_account"]),
        maxAge: fc.integer({ min: 0, max: 200_000 }),
        expectedSub: text,
        loginHint: text,
        isImpersonable: fc.boolean(),
        clientId: fc.constantFrom("shop", "bank"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(demands, (change) => {
        expect(order[decide(change)]).toBeGreaterThanOrEqual(order[decide()]);
      }),
      { numRuns: inject("propertyRuns") },
    );
  });
});

describe("isSameBrowser", () => {
  it.each<[string, boolean, object]>([
    ["accepts the same browser", true, {}],
    ["accepts the browser after an update", true, { browser: "Firefox 141" }],
    ["rejects another system", false, { system: "Windows" }],
    ["rejects another country", false, { country: "FR" }],
    ["rejects a place far away", false, { latitude: 48.14, longitude: 11.58, city: "Munich" }],
    ["rejects a hidden country", false, { country: "T1" }],
    ["rejects an unknown address", false, { ip: undefined }],
    ["rejects another autonomous system", false, { asn: 24940 }],
  ])("%s", (_, same, change) => {
    expect(isSameBrowser(BROWSER, { ...BROWSER, ...change }, DEFAULT_POLICY)).toBe(same);
  });

  it("accepts another address of the same IPv6 network, and no other network", () => {
    const before = { ...BROWSER, ip: "2001:db8:1:2::1" };
    const at = (ip: string) => isSameBrowser(before, { ...BROWSER, ip }, DEFAULT_POLICY);
    expect(at("2001:db8:1:2:abcd::7")).toBe(true);
    expect(at("2001:db8:1:3::1")).toBe(false);
    expect(at("203.0.113.66")).toBe(false);
  });

  it("accepts a browser of whose network and place nothing is known, if it was so before", () => {
    expect(
      isSameBrowser({ browser: "Firefox 140" }, { browser: "Firefox 140" }, DEFAULT_POLICY),
    ).toBe(true);
  });

  it("rejects what the client's policy blocks or makes the approver verify", () => {
    const networks = { ...DEFAULT_POLICY, networks: [64500] };
    expect(isSameBrowser(BROWSER, BROWSER, networks)).toBe(false);
    const block = { ...DEFAULT_POLICY, block: ["same_city" as const] };
    expect(isSameBrowser(BROWSER, BROWSER, block)).toBe(false);
  });
});

describe("compareLoginHint", () => {
  const ada = { sub: "Sub-1", name: "Ada Lovelace", email: "ada@example.com" };

  it.each([
    [undefined, "this"],
    ["Sub-1", "this"],
    ["sub-1", "another"],
    [" ADA@Example.com ", "this"],
    ["ada lovelace", "this"],
    ["Ａda Lovelace", "this"],
    ["bob@example.com", "another"],
    ["Bob", "another"],
  ])("compares %s with the account: %s", (hint, expected) => {
    expect(compareLoginHint(hint, ada)).toBe(expected);
  });

  it("can't tell for an address where none is known", () => {
    expect(compareLoginHint("bob@example.com", { sub: "x", name: "Ada" })).toBe("unknown");
    expect(compareLoginHint("bob", { sub: "x" })).toBe("another");
  });
});

describe("the clients that were shown", () => {
  const scopes = fc.subarray(["openid", "profile", "email", "offline_access"], { minLength: 1 });
  const client: fc.Arbitrary<ShownClient> = fc.record({
    clientId: fc.constantFrom("shop", "bank", "blog"),
    scope: scopes.map((names) => names.join(" ")),
  });

  it("contain each one that was added with all its scopes, and nothing that was not", () => {
    fc.assert(
      fc.property(fc.array(client), client, (added, asked) => {
        const shown = added.reduce((list, one) => withScope(list, one, 100), [] as ShownClient[]);
        const granted = added
          .filter(({ clientId }) => clientId === asked.clientId)
          .flatMap(({ scope }) => scope.split(" "));
        const expected =
          granted.length > 0 && asked.scope.split(" ").every((name) => granted.includes(name));
        expect(wasShown(shown, asked)).toBe(expected);
        expect(withScope(shown, asked, 100) === shown).toBe(expected);
      }),
      { numRuns: inject("propertyRuns") },
    );
  });

  it("are at most so many: the newest stay", () => {
    const list = ["a", "b", "c"].reduce(
      (shown, clientId) => withScope(shown, { clientId, scope: "openid" }, 2),
      [] as ShownClient[],
    );
    expect(list.map(({ clientId }) => clientId)).toEqual(["b", "c"]);
  });
});
