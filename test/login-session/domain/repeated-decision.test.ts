import { describe, expect, it } from "vitest";
import { isRepeatedDecision } from "../../../src/login-session/domain/repeated-decision.ts";
import { ADA, COMMANDS, sessionAfter } from "./sessions.ts";

const { approve, deny, cancel, match, scan } = COMMANDS;
const OTHER_PHONE = { scanTokenHash: "hash of another scan token" };

describe("isRepeatedDecision", () => {
  it("recognises the approval of the same phone for the same account", () => {
    const approved = sessionAfter("scan", "approve");
    expect(isRepeatedDecision(approved, approve)).toBe(true);
    expect(isRepeatedDecision(approved, { ...approve, ...OTHER_PHONE })).toBe(false);
    expect(
      isRepeatedDecision(approved, { ...approve, approver: { ...ADA, account: { sub: "grace" } } }),
    ).toBe(false);
  });

  it("recognises the denial of the same phone, but no automatic denial", () => {
    const denied = sessionAfter("scan", "deny");
    expect(isRepeatedDecision(denied, deny)).toBe(true);
    expect(isRepeatedDecision(denied, { ...deny, ...OTHER_PHONE })).toBe(false);
    if (denied.status !== "denied") throw new Error("not denied");
    const mistyped = { ...denied, because: "match_wrong" } as const;
    expect(isRepeatedDecision(mistyped, deny)).toBe(false);
  });

  it("recognises a cancellation, and the code that was typed on the screen", () => {
    expect(isRepeatedDecision(sessionAfter("cancel"), cancel)).toBe(true);
    const approved = sessionAfter("scan", "approve");
    if (approved.status !== "approved") throw new Error("not approved");
    expect(isRepeatedDecision(approved, match)).toBe(false);
    const assessed = {
      sub: "ada",
      verdict: "verify",
      reasons: [],
      match: { by: "screen", code: match.code, done: true },
    } as const;
    const matched = { ...approved, claim: { ...approved.claim, assessed } };
    expect(isRepeatedDecision(matched, match)).toBe(true);
    expect(isRepeatedDecision(matched, { ...match, code: "0000" })).toBe(false);
  });

  it("recognises no decision before it was made or after a different one", () => {
    for (const session of [sessionAfter(), sessionAfter("scan")]) {
      for (const command of [approve, deny, cancel, match, scan]) {
        expect(isRepeatedDecision(session, command)).toBe(false);
      }
    }
    expect(isRepeatedDecision(sessionAfter("scan", "approve"), deny)).toBe(false);
    expect(isRepeatedDecision(sessionAfter("scan", "deny"), approve)).toBe(false);
    expect(isRepeatedDecision(sessionAfter("scan", "approve", "redeem"), approve)).toBe(false);
  });
});
