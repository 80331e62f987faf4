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
  it("is completed where it became what was decided", () => {
    expect(judge(APPROVED, ACCOUNTS)).toEqual({
      ...{ index: 0, outcome: "completed", doubled: false, toldOtherwise: false, reasons: [] },
    });
    expect(judge({ ...ENDED, decision: "deny" }, NO_LOGINS).reasons).toEqual([]);
  });

  it("is lost where the client was refused its tokens", () => {
    const verdict = judge(
      { ...APPROVED, finished: false, tokens: [], failure: "repeated authorization_code: 400" },
      NO_LOGINS,
    );
    expect(verdict.outcome).toBe("lost");
    expect(verdict.reasons).toEqual(["repeated authorization_code: 400"]);
  });

  it("is lost where the account does not know the login any more", () => {
    expect(judge(APPROVED, NO_LOGINS).outcome).toBe("lost");
  });

  it("is doubled where the tokens name two logins, or the account lists it twice", () => {
    const tokens = [...APPROVED.tokens, { sub: "ada", sid: "another" }];
    expect(judge({ ...APPROVED, tokens }, ACCOUNTS).doubled).toBe(true);
    expect(judge(APPROVED, [{ sub: "ada", sids: ["session", "session"] }]).doubled).toBe(true);
  });

  it("is told otherwise where the screen's last word is not what was decided", () => {
    expect(judge({ ...ENDED, decision: "cancel" }, NO_LOGINS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, told: [] }, ACCOUNTS).toldOtherwise).toBe(true);
    const expired = [...APPROVED.told.slice(0, 2), { status: "expired" as const, version: 3 }];
    expect(judge({ ...APPROVED, told: expired }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("is told otherwise where a denied login gave tokens, or another account's", () => {
    expect(judge({ ...ENDED, decision: "deny" }, ACCOUNTS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, sub: "eve" }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("is told otherwise where an older snapshot came after a newer one", () => {
    const told = [...APPROVED.told, { status: "redeemed" as const, version: 2 }];
    expect(judge({ ...APPROVED, told }, ACCOUNTS).toldOtherwise).toBe(true);
  });

  it("takes a session that is gone for one that has expired, unless its tokens were given", () => {
    const gone = { ...ENDED, gone: true, told: [{ status: "pending" as const, version: 1 }] };
    expect(judge({ ...gone, decision: "expire" }, NO_LOGINS).toldOtherwise).toBe(false);
    expect(judge({ ...gone, decision: "deny" }, NO_LOGINS).toldOtherwise).toBe(true);
    expect(judge({ ...APPROVED, gone: true }, ACCOUNTS).toldOtherwise).toBe(false);
  });
});
