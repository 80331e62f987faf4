import { describe, expect, it } from "vitest";
import { judge, type LoginReport } from "./verdict.ts";

const APPROVED: LoginReport = {
  index: 0,
  transport: "sse",
  decision: "approve",
  sessionId: "session",
  sub: "ada",
  acknowledged: true,
  finished: true,
  gone: false,
  told: [
    { status: "pending", version: 1 },
    { status: "scanned", version: 2 },
    { status: "approved", version: 3, code: "code" },
    { status: "redeemed", version: 4 },
  ],
  tokens: [
    { sub: "ada", sid: "session" },
    { sub: "ada", sid: "session" },
  ],
};

const ENDED = {
  ...APPROVED,
  tokens: [],
  told: [{ status: "scanned", version: 2 } as const, { status: "denied", version: 3 } as const],
};

const ACCOUNTS = [
  { sub: "ada", sids: ["session", "another"] },
  { sub: "eve", sids: [] },
];
const NO_LOGINS = [{ sub: "ada", sids: [] }];

describe("the verdict on a login", () => {
  it("is completed when the login ended as decided", () => {
    expect(judge(APPROVED, ACCOUNTS)).toEqual({
      ...{ index: 0, outcome: "completed", doubled: false, toldOtherwise: false, reasons: [] },
    });
    expect(judge({ ...ENDED, decision: "deny" }, NO_LOGINS).reasons).toEqual([]);
  });

  it("is lost when the client got no tokens", () => {
    const verdict = judge(
      { ...APPROVED, finished: false, tokens: [], failure: "repeated authorization_code: 400" },
      NO_LOGINS,
    );
    expect(verdict.outcome).toBe("lost");
    expect(verdict.reasons).toEqual(["repeated authorization_code: 400"]);
  });

  it("is lost when the account no longer lists the login", () => {
    expect(judge(APPROVED, NO_LOGINS).outcome).toBe("lost");
  });

  it("is doubled when tokens or account name two logins", () => {
    const tokens = [...APPROVED.tokens, { sub: "ada", sid: "another" }];
    expect(judge({ ...APPROVED, tokens }, ACCOUNTS).doubled).toBe(true);
    expect(judge(APPROVED, [{ sub: "ada", sids: ["session", "session"] }]).doubled).toBe(true);
  });

  it("is wrong when the screen's final state differs from the decision", () => {
    expect(judge({ ...ENDED, decision: "cancel" }, NO_LOGINS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, told: [] }, ACCOUNTS).toldOtherwise).toBe(true);
    const expired = [...APPROVED.told.slice(0, 2), { status: "expired" as const, version: 3 }];
    expect(judge({ ...APPROVED, told: expired }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("is wrong when a denied login gave tokens", () => {
    expect(judge({ ...ENDED, decision: "deny" }, ACCOUNTS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, sub: "eve" }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("is wrong when an older snapshot followed a newer one", () => {
    const told = [...APPROVED.told, { status: "redeemed" as const, version: 2 }];
    expect(judge({ ...APPROVED, told }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("treats a deleted session as expired unless it gave tokens", () => {
    const gone = { ...ENDED, gone: true, told: [{ status: "pending" as const, version: 1 }] };
    expect(judge({ ...gone, decision: "expire" }, NO_LOGINS).toldOtherwise).toBe(false);
    expect(judge({ ...gone, decision: "deny" }, NO_LOGINS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, gone: true }, ACCOUNTS).toldOtherwise).toBe(false);
  });
});
