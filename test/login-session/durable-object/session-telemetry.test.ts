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

describe("telemetry events", () => {
  it("reports a new session and its grant", () => {
    expect(creationEvent(sessionAfter())).toMatchObject({
      type: "session_created",
      why: "authorization_code",
      ...ABOUT,
    });
  });

  it.each([
    ["a scan and its kind", [], "scan", { type: "session_scanned", why: "qr" }],
    [
      "an approval and its risk",
      ["scan", "view"],
      "approve",
      { type: "session_approved", verdict: "allow", phone: ADA.device },
    ],
    [
      "a denial and its risk",
      ["scan", "view"],
      "deny",
      { type: "session_denied", verdict: "allow", phone: ADA.device },
    ],
    ["a cancellation", [], "cancel", { type: "session_cancelled" }],
    ["a redemption", ["scan", "approve"], "redeem", { type: "session_redeemed" }],
  ] as const)("reports %s", (_, before, command, event) => {
    expect(told(sessionAfter(...before), COMMANDS[command])).toMatchObject({ ...ABOUT, ...event });
  });

  it("reports a second phone, but not that the first one repeats its scan", () => {
    const scanned = sessionAfter("scan");
    const refused = { type: "session_refused", why: "already_scanned" };
    expect(told(scanned, SECOND_SCAN)).toMatchObject({ ...ABOUT, ...refused });
    expect(told(scanned, COMMANDS.scan)).toBeUndefined();
  });

  it("reports a code that is used twice, with what the closed session still has", () => {
    const over = sessionAfter("scan", "approve", "redeem");
    expect(told(over, COMMANDS.redeem)).toMatchObject({
      type: "session_refused",
      why: "code_used",
      client: "shop",
    });
  });

  it("reports once that the risk assessment blocks a login", () => {
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
  ] as const)("reports the expiry of a session that %s", (_, before, why) => {
    expect(expiryEvent(sessionAfter(...before))).toMatchObject({
      type: "session_expired",
      why,
      ...ABOUT,
    });
  });
});

describe("requests without a telemetry event", () => {
  it("reports nothing when the phone views a request", () => {
    expect(told(sessionAfter("scan"), COMMANDS.view)).toBeUndefined();
  });

  it.each<LoginError>([
    "authorization_pending",
    "slow_down",
    "match_required",
    { code: "step_up_required", maxAge: 60_000, acr: [] },
  ])("reports no refusal that belongs to a normal login: %s", (error) => {
    const outcome = { ok: false, error } as const;
    expect(sessionEvent(sessionAfter(), COMMANDS.redeem, outcome)).toBeUndefined();
  });
});
