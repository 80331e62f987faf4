import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActiveLogin, IssuedRefreshToken } from "../../../src/accounts/logins/login-record.ts";
import {
  beginFamily,
  findFamily,
  refresh,
  type RefreshError,
} from "../../../src/accounts/logins/refresh-tokens.ts";

const RETRY = 30_000;
const YEAR = 365 * 86_400_000;

type Answer = { issued: IssuedRefreshToken } | { refused: RefreshError };

/** A login whose tokens are refreshed, and which ends at reuse, as the account does it. */
class RefreshedLogin {
  #login: ActiveLogin;
  now = 0;
  hasEnded = false;
  /** Every token that was ever issued. */
  readonly issued: IssuedRefreshToken[] = [{ serial: 1, hash: "1" }];
  /** When a token was last issued. */
  issuedAt = 0;
  /** Those that were replaced, and those that took their places. */
  readonly successors = new Map<IssuedRefreshToken, IssuedRefreshToken[]>();

  constructor() {
    this.#login = {
      status: "active",
      grant: {
        sessionId: "s",
        clientId: "shop",
        scope: "openid",
        account: { sub: "ada" },
        approvedAt: 0,
        screen: {},
      },
      lastSeenAt: 0,
      idleTtl: YEAR,
      keptFor: 0,
      unconfirmedUntil: 0,
      expiresAt: YEAR,
      refresh: beginFamily({ serial: 1, hash: "1", reference: "r" }, YEAR),
    };
  }

  get first(): IssuedRefreshToken {
    const [first] = this.issued;
    if (!first) throw new Error("nothing was issued");
    return first;
  }

  present(token: IssuedRefreshToken): Answer {
    if (this.hasEnded) return { refused: "login_ended" };
    const before = JSON.stringify(this.#login);
    const refreshed = refresh(
      this.#login,
      {
        token,
        next: { hash: `next of ${token.serial} ${token.hash}`, reference: "r" },
        clientId: "shop",
        idleTtl: YEAR,
        retryTtl: RETRY,
      },
      this.now,
    );
    // Whatever is refused has changed nothing.
    if (!refreshed.ok) {
      expect(JSON.stringify(this.#login)).toBe(before);
      this.hasEnded = refreshed.error === "refresh_token_used";
      return { refused: refreshed.error };
    }
    this.#login = refreshed.value.login;
    const { serial, hash } = refreshed.value.family.current;
    const known = this.issued.find((one) => one.serial === serial && one.hash === hash);
    const issued = known ?? { serial, hash };
    if (!known) {
      this.issued.push(issued);
      this.issuedAt = this.now;
    }
    const successors = this.successors.get(token) ?? [];
    if (!successors.includes(issued)) this.successors.set(token, [...successors, issued]);
    return { issued };
  }

  /** Those that a refresh would be taken with now. */
  good(): IssuedRefreshToken[] {
    if (this.hasEnded) return [];
    return this.issued.filter((token) => {
      const found = findFamily(this.#login, token, this.now);
      return found.ok && found.value.state !== "spent";
    });
  }
}

const gap = fc.oneof(fc.integer({ min: 0, max: RETRY - 1 }), fc.integer({ min: RETRY, max: 1e7 }));

describe("whatever tokens are presented in whatever order", () => {
  const steps = fc.array(fc.record({ gap, which: fc.nat() }), { maxLength: 40 });

  it("accepts at most one unused refresh token and the one before it [RFC9700-2.2.2/4]", () => {
    fc.assert(
      fc.property(steps, (presented) => {
        const login = new RefreshedLogin();
        for (const { gap: wait, which } of presented) {
          login.now += wait;
          const token = login.issued[which % login.issued.length] ?? login.first;
          login.present(token);

          const good = login.good();
          const unused = good.filter((one) => !login.successors.has(one));
          expect(unused.length).toBe(login.hasEnded ? 0 : 1);
          expect(good.length).toBeLessThanOrEqual(2);
          const [current] = unused;
          for (const one of good) {
            if (one !== current) expect(login.successors.get(one)).toContain(current);
          }
        }
      }),
    );
  });

  it("never accepts a refresh token after one of its successors was used [RFC6749-10.4/2]", () => {
    fc.assert(
      fc.property(steps, (presented) => {
        const login = new RefreshedLogin();
        for (const { gap: wait, which } of presented) {
          login.now += wait;
          const token = login.issued[which % login.issued.length] ?? login.first;
          const followers = login.successors.get(token) ?? [];
          const isSpent = followers.some((follower) => login.successors.has(follower));
          const hadEnded = login.hasEnded;
          const answer = login.present(token);
          if (isSpent && !hadEnded) expect(answer).toEqual({ refused: "refresh_token_used" });
        }
      }),
    );
  });
});

describe("a thief and the owner who both hold a token", () => {
  const word = fc.array(fc.constantFrom("thief", "owner"), { minLength: 1, maxLength: 12 });

  /** Each presents the token that it was given last. */
  class Holders {
    readonly login = new RefreshedLogin();
    readonly #held: Record<string, IssuedRefreshToken> = {};
    readonly refreshes: Record<string, number> = { thief: 0, owner: 0 };

    refresh(who: string): void {
      const answer = this.login.present(this.#held[who] ?? this.login.first);
      this.refreshes[who] = (this.refreshes[who] ?? 0) + 1;
      if ("issued" in answer) this.#held[who] = answer.issued;
    }
  }

  it("detects two holders of one refresh token by the second refresh of either when they refresh 30 s apart [RFC9700-2.2.2/3]", () => {
    fc.assert(
      fc.property(word, fc.integer({ min: RETRY, max: 1e7 }), (order, wait) => {
        const holders = new Holders();
        for (const who of order) {
          holders.login.now += wait;
          holders.refresh(who);
          const { thief = 0, owner = 0 } = holders.refreshes;
          if (thief >= 2 && owner >= 2) expect(holders.login.hasEnded).toBe(true);
        }
        const [first] = order;
        const firsts = order.filter((who) => who === first).length;
        const isBoth = firsts < order.length;
        // Whoever was first has refreshed again, before or after the other came.
        if (isBoth && firsts >= 2 && order.at(-1) === first) {
          expect(holders.login.hasEnded).toBe(true);
        }
        if (!isBoth) expect(holders.login.hasEnded).toBe(false);
      }),
    );
  });

  it("never lets a thief and the owner both continue with tokens of their own", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("thief", "owner"), gap)), (steps) => {
        const holders = new Holders();
        for (const [who, wait] of steps) {
          holders.login.now += wait;
          holders.refresh(who);
          expect(holders.login.good().length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe("an honest client is never logged out", () => {
  /** Within how long all tabs refresh that do so at once. */
  const AT_ONCE = 20_000;
  const attempt = fc.record({
    wait: gap,
    /** Of each tab that refreshes: how long after the one before it, and whether its answer arrives. */
    tabs: fc.oneof(
      ...[1, 2, 5, 20].map((length) =>
        fc.array(fc.record({ gap: fc.nat({ max: AT_ONCE / 20 }), arrives: fc.boolean() }), {
          minLength: length,
          maxLength: length,
        }),
      ),
    ),
  });

  it("never ends the login of an honest client, whichever responses are lost and however many tabs refresh", () => {
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 30 }), (attempts) => {
        const login = new RefreshedLogin();
        let held = login.first;
        for (const { wait, tabs } of attempts) {
          login.now += wait;
          // Tabs that refresh at once do so before the retry time is over, or after it.
          const elapsed = login.now - login.issuedAt;
          if (elapsed < RETRY && elapsed + AT_ONCE >= RETRY) login.now += AT_ONCE;
          const answers = tabs.map(({ gap: between, arrives }) => {
            login.now += between;
            return { answer: login.present(held), arrives };
          });
          const arrived = answers.flatMap(({ answer, arrives }) => {
            expect(answer).toHaveProperty("issued");
            return arrives && "issued" in answer ? [answer.issued] : [];
          });
          // All tabs are answered with the same token.
          expect(new Set(arrived).size).toBeLessThanOrEqual(1);
          held = arrived[0] ?? held;
        }
        expect(login.hasEnded).toBe(false);
      }),
    );
  });
});
