import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  begin,
  end,
  type ActiveLogin,
  type LoginRecord,
} from "../../../src/accounts/logins/login-record.ts";
import {
  REDEEM_RETRY,
  redeemAgain,
  type RepeatedCode,
} from "../../../src/accounts/logins/redemption.ts";
import { beginFamily } from "../../../src/accounts/logins/refresh-tokens.ts";

const NOW = 1_000_000;
const DAY = 24 * 3600 * 1000;
const TERMS = { deviceIdleTtl: 30 * DAY, unconfirmedTtl: DAY, historyTtl: 90 * DAY };
const CALLBACK = "https://shop.example/back";

/** The request that redeemed the code. */
const REQUEST = {
  codeHash: "hash of the code",
  clientId: "shop",
  proof: { grant: "authorization_code", verifierHash: "challenge", redirectUri: CALLBACK },
  jkt: "key of the page",
} as const satisfies RepeatedCode;

const LOGIN = begun();

function begun(): ActiveLogin {
  const login = begin(
    undefined,
    {
      grant: {
        sessionId: "s",
        clientId: "shop",
        scope: "openid offline_access",
        account: { sub: "ada" },
        approvedAt: NOW,
        screen: {},
      },
      expiresAt: NOW + 90 * DAY,
      refresh: beginFamily({ reference: "r", serial: 1, hash: "first" }, NOW + 14 * DAY),
      redemption: {
        codeHash: REQUEST.codeHash,
        clientId: REQUEST.clientId,
        begunBy: { grant: "authorization_code", codeChallenge: "challenge" },
        redirectUri: CALLBACK,
        jkt: REQUEST.jkt,
      },
    },
    TERMS,
    NOW,
  );
  if (!login.ok) throw new Error(login.error);
  return login.value;
}

/** The login after its first refresh. */
const REFRESHED: ActiveLogin = {
  ...LOGIN,
  refresh: beginFamily({ reference: "r", serial: 2, hash: "second" }, NOW + 14 * DAY),
};

const answer = (record: LoginRecord | undefined, presented: RepeatedCode, at: number) => {
  const again = redeemAgain(record, presented, at);
  return again.ok ? "retry" : again.error;
};

describe("a code that is presented again", () => {
  const { proof } = REQUEST;
  const { redirectUri: _, ...unnamed } = proof;

  it.each<[string, LoginRecord | undefined, RepeatedCode, number, string]>([
    ["the same request at once is a retry", LOGIN, REQUEST, 0, "retry"],
    ["the same request just before a minute is over is a retry", LOGIN, REQUEST, 59_999, "retry"],
    [
      "a request that leaves out the client's only redirect is a retry",
      LOGIN,
      { ...REQUEST, proof: { ...unnamed, onlyRedirectUri: CALLBACK } },
      0,
      "retry",
    ],
    ["the same request after a minute is reuse", LOGIN, REQUEST, REDEEM_RETRY, "code_used"],
    ["the same request after 29 days is reuse", LOGIN, REQUEST, 29 * DAY, "code_used"],
    ["another key is reuse", LOGIN, { ...REQUEST, jkt: "another" }, 0, "code_used"],
    [
      "no key is reuse",
      LOGIN,
      { codeHash: REQUEST.codeHash, clientId: REQUEST.clientId, proof },
      0,
      "code_used",
    ],
    ["the same request after a refresh is a retry", REFRESHED, REQUEST, 59_999, "retry"],
    [
      "the same request after a refresh and a minute is reuse",
      REFRESHED,
      REQUEST,
      REDEEM_RETRY,
      "code_used",
    ],
    [
      "another key after a refresh is reuse",
      REFRESHED,
      { ...REQUEST, jkt: "another" },
      0,
      "code_used",
    ],
    [
      "another code is unknown",
      LOGIN,
      { ...REQUEST, codeHash: "hash of a guess!" },
      0,
      "code_unknown",
    ],
    [
      "the same request is reuse if the client's profile allows no retry",
      LOGIN,
      { ...REQUEST, isSingleUse: true },
      1,
      "code_used",
    ],
    [
      "a resource that was not granted is refused (RFC 8707 §2.2)",
      LOGIN,
      { ...REQUEST, resources: { names: ["https://a.example"], issuer: "https://us.example" } },
      1,
      "resource_not_granted",
    ],
    ["another client is refused", LOGIN, { ...REQUEST, clientId: "evil" }, 0, "client_mismatch"],
    [
      "another redirect is refused",
      LOGIN,
      { ...REQUEST, proof: { ...proof, redirectUri: "https://evil.example/" } },
      0,
      "redirect_mismatch",
    ],
    [
      "another verifier is refused",
      LOGIN,
      { ...REQUEST, proof: { ...proof, verifierHash: "guessed!!" } },
      REDEEM_RETRY,
      "verifier_mismatch",
    ],
    [
      "another grant is refused",
      LOGIN,
      { ...REQUEST, proof: { grant: "device_code" } },
      0,
      "grant_mismatch",
    ],
    [
      "a login that has ended gives nothing",
      end(LOGIN, "owner", NOW + 1),
      REQUEST,
      2,
      "login_ended",
    ],
    ["a login that has expired gives nothing", LOGIN, REQUEST, 30 * DAY, "login_ended"],
    [
      "a code that was made void is no login's",
      end(undefined, "server", NOW),
      REQUEST,
      0,
      "login_ended",
    ],
    ["no login is known by it", undefined, REQUEST, 0, "code_unknown"],
  ])("handles a code that is presented again: %s", (_title, record, presented, later, expected) => {
    expect(answer(record, presented, NOW + later)).toBe(expected);
  });

  it("does not recognise the code of a login that an earlier version recorded", () => {
    const { redemption: __, ...earlier } = LOGIN;
    expect(answer(earlier, REQUEST, NOW + DAY)).toBe("code_unknown");
  });
});

describe("whoever presents a code, however often and whenever", () => {
  const request = fc.record({
    codeHash: fc.constantFrom(REQUEST.codeHash, "hash of a guess!"),
    clientId: fc.constantFrom("shop", "evil"),
    proof: fc.oneof(
      fc.record({
        grant: fc.constant("authorization_code" as const),
        verifierHash: fc.constantFrom("challenge", "guessed!!"),
        redirectUri: fc.constantFrom(CALLBACK, "https://evil.example/"),
      }),
      fc.constant({ grant: "device_code" as const }),
    ),
    jkt: fc.constantFrom("key of the page", "another key"),
  });
  const story = fc.array(fc.tuple(request, fc.integer({ min: 0, max: 40_000 })), { maxLength: 20 });

  const isProven = ({ codeHash, clientId, proof }: RepeatedCode) =>
    codeHash === REQUEST.codeHash &&
    clientId === "shop" &&
    proof.grant === "authorization_code" &&
    proof.verifierHash === "challenge" &&
    proof.redirectUri === CALLBACK;

  /** The stored record. Only reuse ends it. */
  function play(requests: [RepeatedCode, number][]) {
    let record: LoginRecord = LOGIN;
    let now = NOW;
    return requests.map(([presented, delay]) => {
      now += delay;
      const before = record;
      const given = answer(record, presented, now);
      if (given === "code_used") record = end(record, "server", now);
      return { presented, at: now, given, before, after: record };
    });
  }

  const holds = (check: (steps: ReturnType<typeof play>) => boolean) =>
    fc.assert(
      fc.property(story, (requests) => check(play(requests))),
      { numRuns: 1000 },
    );

  it("changes nothing for a request that does not match the code's binding", () => {
    holds((steps) =>
      steps.every(
        ({ presented, given, before, after }) =>
          isProven(presented) || (given !== "retry" && before === after),
      ),
    );
  });

  it("answers a retry only within a minute, with the same key and the same login", () => {
    holds((steps) =>
      steps.every(
        ({ presented, at, given, before, after }) =>
          given !== "retry" ||
          (before === LOGIN &&
            after === LOGIN &&
            at - NOW < REDEEM_RETRY &&
            presented.jkt === REQUEST.jkt),
      ),
    );
  });

  it("returns no login after the code was reused", () => {
    holds((steps) => {
      const reused = steps.findIndex(({ given }) => given === "code_used");
      return reused === -1 || steps.slice(reused + 1).every(({ given }) => given !== "retry");
    });
  });
});
