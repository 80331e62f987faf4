import { describe, expect, it } from "vitest";
import { brokenRules, type Answer, type RaceOutcome } from "./rules.ts";

const answer = (action: Answer["action"], status: number, more: Partial<Answer> = {}): Answer => ({
  ...{ action, status, by: "phone" },
  ...more,
});

const tokens = { sid: "session", sub: "ada", refreshToken: "token" };

const told = (...statuses: ("pending" | "scanned" | "approved" | "redeemed" | "denied")[]) =>
  statuses.map((status, i) => ({ status, version: i + 1 }));

const REDEEMED: RaceOutcome = {
  answers: [
    answer("scan", 200),
    answer("approve", 200),
    answer("deny", 409),
    answer("redeem", 200, { tokens }),
    answer("redeem", 200, { tokens }),
    answer("wrong redeem", 400),
    answer("cancel", 409),
  ],
  watchers: [
    { transport: "sse", told: told("pending", "scanned", "approved", "redeemed"), gone: false },
    { transport: "long poll", told: told("pending", "scanned", "approved"), gone: true },
  ],
  listed: true,
  sub: "ada",
};

const names = (outcome: RaceOutcome) => brokenRules(outcome).map((rule) => rule.split(":")[0]);

const withAnswer = (more: Answer): RaceOutcome => ({
  ...REDEEMED,
  answers: [...REDEEMED.answers, more],
});

describe("the rules of races", () => {
  it("accept one final state that every watcher received", () => {
    expect(brokenRules(REDEEMED)).toEqual([]);
  });

  it.each<[string, RaceOutcome]>([
    ["no request is answered by a server error", withAnswer(answer("look" as "scan", 500))],
    ["one end wins", withAnswer(answer("cancel", 204))],
    ["what is approved is not denied", withAnswer(answer("deny", 200))],
    ["one phone scans", withAnswer(answer("scan", 200, { by: "second phone" }))],
    [
      "one code gives one login, and a retry the same tokens",
      withAnswer(answer("redeem", 200, { tokens: { ...tokens, refreshToken: "other" } })),
    ],
    [
      "tokens are the approver's",
      withAnswer(answer("redeem", 200, { tokens: { ...tokens, sub: "eve" } })),
    ],
    ["a code gives nothing without its verifier", withAnswer(answer("wrong redeem", 200))],
    ["the account lists the login exactly if it was redeemed", { ...REDEEMED, listed: false }],
    [
      "versions only grow",
      {
        ...REDEEMED,
        watchers: [
          { transport: "sse", told: [...told("pending"), ...told("redeemed")], gone: false },
        ],
      },
    ],
    [
      "every watcher of every transport is told the same end",
      {
        ...REDEEMED,
        watchers: [
          ...REDEEMED.watchers,
          { transport: "callback", told: told("denied"), gone: false },
        ],
      },
    ],
    [
      "the end that is told is the one that was answered",
      { ...REDEEMED, answers: REDEEMED.answers.filter(({ action }) => action !== "redeem") },
    ],
  ])("report a violation: %s", (rule, outcome) => {
    expect(names(outcome)).toContain(rule);
  });
});
