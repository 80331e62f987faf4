import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/login-session/domain/commands.ts";
import type { LoginError } from "../../../src/login-session/domain/errors.ts";
import type { Session } from "../../../src/login-session/domain/session.ts";
import { transition } from "../../../src/login-session/domain/transition.ts";
import {
  creationEvent,
  expiryEvent,
  sessionEvent,
} from "../../../src/login-session/durable-object/session-telemetry.ts";
import { ADA, COMMANDS, CREATED_AT, FACTS, SECOND_SCAN, sessionAfter } from "../domain/sessions.ts";

const told = (before: Session, command: Command) =>
  sessionEvent(before, command, transition(before, command, CREATED_AT + 10));

const ABOUT = { client: "shop", session: FACTS.id, screen: FACTS.screen };

describe("operators are told", () => {
  it("that a session was begun, and which way", () => {
    expect(creationEvent(sessionAfter())).toMatchObject({
      type: "session_created",
      why: "authorization_code",
      ...ABOUT,
    });
  });

  it.each([
    ["that it was scanned, and how", [], "scan", { type: "session_scanned", why: "qr" }],
    [
      "that it was approved, and what was thought of it",
      ["scan", "view"],
      "approve",
      { type: "session_approved", verdict: "allow", phone: ADA.device },
    ],
    [
      "that it was declined, and what was thought of it",
      ["scan", "view"],
      "deny",
      { type: "session_denied", verdict: "allow", phone: ADA.device },
    ],
    ["that it was cancelled", [], "cancel", { type: "session_cancelled" }],
    ["that it was redeemed", ["scan", "approve"], "redeem", { type: "session_redeemed" }],
  ] as const)("%s", (_, before, command, event) => {
    expect(told(sessionAfter(...before), COMMANDS[command])).toMatchObject({ ...ABOUT, ...event });
  });

  it("that a second phone was refused, and not that the first one asked again", () => {
    const scanned = sessionAfter("scan");
    const refused = { type: "session_refused", why: "already_scanned" };
    expect(told(scanned, SECOND_SCAN)).toMatchObject({ ...ABOUT, ...refused });
    expect(told(scanned, COMMANDS.scan)).toBeUndefined();
  });

  it("that a code was redeemed twice, though little is remembered then", () => {
    const over = sessionAfter("scan", "approve", "redeem");
    expect(told(over, COMMANDS.redeem)).toMatchObject({
      type: "session_refused",
      why: "code_used",
      client: "shop",
    });
  });

  it("that a login is refused by what was found, once", () => {
    const policy = { ...FACTS.policy, block: ["another_country" as const] };
    const scanned = { ...sessionAfter("scan"), policy };
    const view: Command = { ...COMMANDS.view, approver: { ...ADA, device: { country: "NZ" } } };
    const looked = transition(scanned, view, CREATED_AT + 10);
    const event = sessionEvent(scanned, view, looked);
    expect(event).toMatchObject({
      type: "session_refused",
      why: "risk_blocked",
      verdict: "block",
      phone: { country: "NZ" },
    });
    expect(event?.reasons?.map(({ code }) => code)).toContain("another_country");
    if (!looked.next) throw new Error("nothing came of it");
    expect(told(looked.next, view)).toBeUndefined();
  });

  it.each([
    ["nobody scanned", [], "pending"],
    ["nobody decided", ["scan"], "scanned"],
    ["nobody fetched", ["scan", "approve"], "approved"],
  ] as const)("that time has ended what %s", (_, before, why) => {
    expect(expiryEvent(sessionAfter(...before))).toMatchObject({
      type: "session_expired",
      why,
      ...ABOUT,
    });
  });
});

describe("operators are not told", () => {
  it("that the phone looks at what may be approved", () => {
    expect(told(sessionAfter("scan"), COMMANDS.view)).toBeUndefined();
  });

  it.each<LoginError>([
    "authorization_pending",
    "slow_down",
    "match_required",
    { code: "step_up_required", maxAge: 60_000, acr: [] },
  ])("of what belongs to a login that goes as it should: %s", (error) => {
    const outcome = { ok: false, error } as const;
    expect(sessionEvent(sessionAfter(), COMMANDS.redeem, outcome)).toBeUndefined();
  });
});
