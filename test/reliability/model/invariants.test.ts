import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import type { ScreenWatcher } from "../support/screen-watcher.ts";
import type { LoginFacts } from "./facts.ts";
import { AT_THE_END, broken, INVARIANTS } from "./invariants.ts";

const NOW = 1_000_000;

const snapshot = (status: Snapshot["status"], version = 3, code?: string): Snapshot => ({
  ...{ session_id: "session", status, version, expires_at: "2026-11-27T00:00:00.000Z" },
  ...(code === undefined ? {} : { code }),
});

const watcher = (...told: Snapshot[]) => ({
  watcher: { transport: "sse", told, gone: false, isOver: true } as unknown as ScreenWatcher,
  isLate: false,
});

const given = { sid: "s", sub: "ada", accessToken: "a", refreshToken: "r", at: NOW };

const APPROVED: LoginFacts = {
  name: "login 1",
  expiresAt: NOW + 100_000,
  scannedBy: ["ada"],
  approval: { by: "ada", sub: "ada", at: NOW },
  snapshot: snapshot("approved", 3, "code"),
  codes: new Set(["code"]),
  given: [],
  watchers: [watcher(snapshot("pending", 1), snapshot("approved", 3))],
  wrongAnswers: [],
};

const REDEEMED: LoginFacts = {
  ...APPROVED,
  redeemedAt: NOW,
  given: [given, given],
  snapshot: "gone",
};

const names = (facts: LoginFacts, now = NOW) =>
  broken(INVARIANTS, facts, now).map((line) => line.split(": ")[1]);

describe("the invariants", () => {
  it("hold for a correct login", () => {
    expect(broken(INVARIANTS, APPROVED, NOW)).toEqual([]);
    expect(broken(INVARIANTS, REDEEMED, NOW)).toEqual([]);
  });

  it.each<[string, LoginFacts]>([
    ["an acknowledged approval is never lost", { ...APPROVED, snapshot: snapshot("scanned") }],
    ["an acknowledged approval is never lost", { ...APPROVED, snapshot: "gone" }],
    ["an acknowledged approval is never lost", { ...APPROVED, snapshot: snapshot("approved") }],
    ["the screen is told what was decided", { ...REDEEMED, snapshot: snapshot("denied") }],
    [
      "no code is told before the approval",
      { ...APPROVED, approval: undefined } as unknown as LoginFacts,
    ],
    ["a login has one code", { ...APPROVED, codes: new Set(["code", "other"]) }],
    ["one phone holds a session, and only that one decides", { ...APPROVED, scannedBy: ["eve"] }],
    ["a session is decided once", { ...APPROVED, denial: { by: "ada", at: NOW } }],
    [
      "a denied, cancelled or expired session never gives tokens",
      { ...REDEEMED, given: [{ ...given, at: NOW + 61_000 }] },
    ],
    ["one code gives one login", { ...REDEEMED, given: [given, { ...given, sid: "other" }] }],
    ["the tokens are the approver's", { ...REDEEMED, given: [{ ...given, sub: "eve" }] }],
    [
      "snapshot versions only grow",
      { ...APPROVED, watchers: [watcher(snapshot("approved", 3), snapshot("scanned", 2))] },
    ],
    [
      "nothing is told after an end",
      { ...APPROVED, watchers: [watcher(snapshot("denied", 3), snapshot("approved", 4))] },
    ],
  ])("report a violation: %s", (name, facts) => {
    expect(names(facts)).toContain(name);
  });

  it("report a wrong response of a command", () => {
    const wrong = { invariant: "no token outlives its login", what: "a refresh token" } as const;
    expect(names({ ...APPROVED, wrongAnswers: [wrong] })).toContain(wrong.invariant);
  });

  it("report a missing or different final state", () => {
    const [name = ""] = Object.keys(AT_THE_END);
    const endsWith = (status: Snapshot["status"]) =>
      broken(AT_THE_END, { ...REDEEMED, watchers: [watcher(snapshot(status, 4))] }, NOW);
    expect(endsWith("redeemed")).toEqual([]);
    expect(endsWith("denied").join()).toContain(name);
    expect(endsWith("approved").join()).toContain(name);
  });
});
