import { describe, expect, it } from "vitest";
import type { Command, Outcome } from "../../../src/login-session/domain/commands.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/login-session/domain/risk/policy.ts";
import { MAX_REPEATS } from "../../../src/login-session/domain/scan.ts";
import type { DeviceInfo } from "../../../src/login-session/domain/device-info.ts";
import type { ScannedSession, Session } from "../../../src/login-session/domain/session.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import { phoneView, screenView } from "../../../src/login-session/domain/view.ts";
import { ADA, COMMANDS, CREATED_AT, DRAWN, FACTS, SECOND_SCAN, sessionAfter } from "./sessions.ts";

const signedIn: Command = { ...COMMANDS.scan, approver: ADA };
const again = SECOND_SCAN;
const at = CREATED_AT + 10;

function scanned(policy: Partial<Policy> = {}): ScannedSession {
  const session = createSession({ ...FACTS, policy: { ...DEFAULT_POLICY, ...policy } });
  return transition(session, signedIn, CREATED_AT + 1).next as ScannedSession;
}

/** A session that a phone holds, after its code came so often again. */
function afterRepeats(count: number): Session {
  const session: Session = scanned();
  return Array.from({ length: count }).reduce<Session>(
    (current) => transition(current, again, at).next ?? current,
    session,
  );
}

describe("a repeated scan", () => {
  it("counts a repeated scan and shows it to the phone that holds the session", () => {
    const outcome = transition(scanned(), again, at);
    expect(outcome).toMatchObject({ ok: false, error: "already_scanned", next: { repeats: 1 } });
    const seen = phoneView(outcome.next as ScannedSession, ADA.account, at);
    expect(seen).toMatchObject({ repeats: 1, risk: { verdict: "allow" } });
    expect(seen?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
  });

  it("requires number matching after three repeated scans and notifies the screen", () => {
    const next = afterRepeats(3);
    expect(screenView(next, "")).toMatchObject({
      version: 3,
      match: { by: "phone", digits: DRAWN.digits },
    });
    expect(transition(next, COMMANDS.approve, at)).toMatchObject({ error: "match_required" });
  });

  it("requires nothing more of the first phone after one or two repeated scans", () => {
    expect(transition(afterRepeats(2), COMMANDS.approve, at)).toMatchObject({ ok: true });
  });

  it("keeps the digits that are displayed when a scan is repeated", () => {
    const first = afterRepeats(3);
    const other = { ...again, drawn: { digits: "00", code: "0000" } } as Command;
    const second = transition(first, other, at).next as Session;
    expect(screenView(second, "")).toEqual(screenView(first, ""));
  });

  it("records once in the history that repeated scans have blocked the login", () => {
    const first = scanned({ block: ["code_repeated"] });
    const outcome = transition(first, again, at);
    expect(outcome.auditEvent).toMatchObject({ type: "login_refused", sub: "ada" });
    const next = outcome.next as Session;
    expect(transition(next, again, at).auditEvent).toBeUndefined();
    expect(transition(next, COMMANDS.approve, at)).toEqual({ ok: false, error: "risk_blocked" });
  });

  it("writes at most ten repeated scans", () => {
    let session: Session = scanned();
    const outcomes = Array.from({ length: MAX_REPEATS + 2 }, (): Outcome => {
      const outcome = transition(session, again, at);
      session = outcome.next ?? session;
      return outcome;
    });
    expect(outcomes.filter(({ next }) => next !== undefined)).toHaveLength(MAX_REPEATS);
    expect(session).toMatchObject({ repeats: MAX_REPEATS });
  });

  it("shows the first phone that a stale code was scanned before", () => {
    const late = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: true } } as const;
    const { next } = transition(createSession(FACTS), late, CREATED_AT + 15_000);
    expect(next).toMatchObject({ status: "pending", repeats: 1, wrongCodes: 1, version: 1 });
    const fresh = { ...late, approver: ADA, proof: { by: "qr", t: 3, macMatches: true } } as const;
    const claimed = transition(next as Session, fresh, CREATED_AT + 16_000);
    expect(claimed).toMatchObject({
      ok: true,
      next: {
        claim: {
          assessed: { reasons: expect.arrayContaining([{ code: "code_repeated", count: 1 }]) },
        },
      },
    });
  });

  it("counts only repeated scans of a genuine code", () => {
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(scanned(), forged, at)).toEqual({ ok: false, error: "already_scanned" });
  });
});

describe("a policy that ends repeated scans", () => {
  const policy = { repeats: "end" } as const;

  it("scanned + scan = denied, and both phones receive the reason", () => {
    const outcome = transition(scanned(policy), again, at);
    expect(outcome).toMatchObject({ error: "code_repeated", next: { status: "denied" } });
    expect(outcome.auditEvent).toMatchObject({ type: "code_repeated", sub: "ada" });
    const approved = transition(outcome.next as Session, COMMANDS.approve, at);
    expect(approved).toMatchObject({ ok: false, error: "code_repeated" });
  });

  it("pending + a stale scan = denied", () => {
    const session = createSession({ ...FACTS, policy: { ...DEFAULT_POLICY, ...policy } });
    const outcome = transition(session, COMMANDS.scan, CREATED_AT + 15_000);
    expect(outcome).toMatchObject({ error: "code_repeated", next: { status: "denied" } });
  });

  it("pending + a forged scan = pending: only somebody who has seen the code can end the login", () => {
    const session = createSession({ ...FACTS, policy: { ...DEFAULT_POLICY, ...policy } });
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(session, forged, at)).toMatchObject({ next: { status: "pending" } });
  });
});

describe("a repeated scan after the decision", () => {
  it.each([
    ["approved", sessionAfter("scan", "approve")],
    ["redeemed", sessionAfter("scan", "approve", "redeem")],
    ["denied", sessionAfter("scan", "view", "deny")],
  ])("records a genuine scan of an %s session in the history of its account", (_, session) => {
    const outcome = transition(session, again, at);
    expect(outcome).toMatchObject({
      error: "already_scanned",
      next: { status: session.status, version: session.version, repeats: 1 },
      auditEvent: { type: "code_repeated", sub: "ada" },
    });
  });

  it.each([
    ["approved", sessionAfter("scan", "approve")],
    ["redeemed", sessionAfter("scan", "approve", "redeem")],
    ["denied", sessionAfter("scan", "view", "deny")],
  ])("ignores a forged scan of an %s session", (_, session) => {
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(session, forged, at)).toEqual({ ok: false, error: "already_scanned" });
  });

  it("records nothing for a session that no account was known of", () => {
    const outcome = transition(sessionAfter("cancel"), again, at);
    expect(outcome).toEqual({ ok: false, error: "session_cancelled" });
  });
});

describe("the browser that displays the code", () => {
  const own = { watchTokenHash: FACTS.watchTokenHash };
  const directly = { ...signedIn, ...own, proof: { by: "same_device" } } as const;

  it("refuses a scan by the screen itself and changes nothing (RFC 10027 §5)", () => {
    for (const session of [createSession(FACTS), scanned()]) {
      const outcome = transition(session, { ...again, ...own }, at);
      expect(outcome).toEqual({ ok: false, error: "same_device" });
    }
  });

  it("recognises the screen by the watch token of this session only", () => {
    const other = { ...again, watchTokenHash: "hash of another's token" };
    expect(transition(createSession(FACTS), other, at)).toMatchObject({ ok: true });
  });

  it("lets the screen log in directly with a step-up and without matching, whatever the policy is", () => {
    const policy = { ...DEFAULT_POLICY, matching: "always", stepUp: "off" } as const;
    const outcome = transition(createSession({ ...FACTS, policy }), directly, at);
    expect(outcome).toMatchObject({ ok: true, next: { claim: { assessed: { stepUp: true } } } });
    expect(outcome.next && screenView(outcome.next, "").match).toBeUndefined();
    const approved = transition(outcome.next as Session, COMMANDS.approve, at);
    expect(approved).toMatchObject({ error: { code: "step_up_required" } });
  });

  it.each<[string, DeviceInfo, DeviceInfo]>([
    ["in another country", { country: "NO" }, { country: "AT" }],
    ["far away", { latitude: 47.07, longitude: 15.44 }, { latitude: 59.91, longitude: 10.75 }],
    ["in a data centre", { asn: 24940 }, { asn: 8447 }],
    ["behind Tor", { country: "T1" }, { country: "AT" }],
    ["where nobody sees it", { city: "Graz", country: "AT" }, {}],
  ])(
    "blocks a browser that claims to be a screen %s, whatever the policy allows",
    (_, screen, phone) => {
      const policy = { ...DEFAULT_POLICY, verify: [], matching: "off" } as const;
      const claimed = transition(
        createSession({ ...FACTS, policy, screen }),
        { ...directly, device: phone, approver: { ...ADA, device: phone } },
        at,
      );
      expect(claimed).toMatchObject({
        ok: true,
        next: { claim: { assessed: { verdict: "block" } } },
        auditEvent: { type: "login_refused" },
      });
      const more = transition(claimed.next as Session, again, at).next as Session;
      for (const session of [claimed.next as Session, more]) {
        const approved = transition(session, COMMANDS.approve, at);
        expect(approved).toMatchObject({ ok: false, error: "risk_blocked" });
      }
    },
  );

  it("rejects a direct login without the watch token of the screen", () => {
    for (const token of [{}, { watchTokenHash: "hash of another's token" }]) {
      const { watchTokenHash: _, ...command } = directly;
      const outcome = transition(createSession(FACTS), { ...command, ...token }, at);
      expect(outcome).toEqual({ ok: false, error: "watch_token_invalid" });
    }
  });
});
