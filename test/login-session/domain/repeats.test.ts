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

describe("a code that comes again", () => {
  it("of a session that a phone holds is counted, and told to that phone", () => {
    const outcome = transition(scanned(), again, at);
    expect(outcome).toMatchObject({ ok: false, error: "already_scanned", next: { repeats: 1 } });
    const seen = phoneView(outcome.next as ScannedSession, ADA.account, at);
    expect(seen).toMatchObject({ repeats: 1, risk: { verdict: "allow" } });
    expect(seen?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
  });

  it("three times has the two matched from then on, which the screen is told", () => {
    const next = afterRepeats(3);
    expect(screenView(next, "")).toMatchObject({
      version: 3,
      match: { by: "phone", digits: DRAWN.digits },
    });
    expect(transition(next, COMMANDS.approve, at)).toMatchObject({ error: "match_required" });
  });

  it("once or twice costs the one who came first nothing", () => {
    expect(transition(afterRepeats(2), COMMANDS.approve, at)).toMatchObject({ ok: true });
  });

  it("doesn't change digits that were shown already", () => {
    const first = afterRepeats(3);
    const other = { ...again, drawn: { digits: "00", code: "0000" } } as Command;
    const second = transition(first, other, at).next as Session;
    expect(screenView(second, "")).toEqual(screenView(first, ""));
  });

  it("so often that it is refused from then on is told to the account's owner, once", () => {
    const first = scanned({ block: ["code_repeated"] });
    const outcome = transition(first, again, at);
    expect(outcome.auditEvent).toMatchObject({ type: "login_refused", sub: "ada" });
    const next = outcome.next as Session;
    expect(transition(next, again, at).auditEvent).toBeUndefined();
    expect(transition(next, COMMANDS.approve, at)).toEqual({ ok: false, error: "risk_blocked" });
  });

  it("is written down ten times at most", () => {
    let session: Session = scanned();
    const outcomes = Array.from({ length: MAX_REPEATS + 2 }, (): Outcome => {
      const outcome = transition(session, again, at);
      session = outcome.next ?? session;
      return outcome;
    });
    expect(outcomes.filter(({ next }) => next !== undefined)).toHaveLength(MAX_REPEATS);
    expect(session).toMatchObject({ repeats: MAX_REPEATS });
  });

  it("too late, before any phone holds the session, is told to the one that will", () => {
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

  it("counts only if it is the session's own", () => {
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(scanned(), forged, at)).toEqual({ ok: false, error: "already_scanned" });
  });
});

describe("where the policy ends a login whose code comes again", () => {
  const policy = { repeats: "end" } as const;

  it("scanned + scan = denied, and both phones are told why", () => {
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

  it("pending + a forged scan = pending: nobody ends a login whose code they never saw", () => {
    const session = createSession({ ...FACTS, policy: { ...DEFAULT_POLICY, ...policy } });
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(session, forged, at)).toMatchObject({ next: { status: "pending" } });
  });
});

describe("after the end", () => {
  it.each([
    ["approved", sessionAfter("scan", "approve")],
    ["redeemed", sessionAfter("scan", "approve", "redeem")],
    ["denied", sessionAfter("scan", "view", "deny")],
  ])("a scan of an %s session is auditEvent for whose it was", (_, session) => {
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
  ])("a forged scan of an %s session is nothing", (_, session) => {
    const forged = { ...COMMANDS.scan, proof: { by: "qr", t: 0, macMatches: false } } as const;
    expect(transition(session, forged, at)).toEqual({ ok: false, error: "already_scanned" });
  });

  it("nothing is auditEvent of a session that was nobody's", () => {
    const outcome = transition(sessionAfter("cancel"), again, at);
    expect(outcome).toEqual({ ok: false, error: "session_cancelled" });
  });
});

describe("the browser that shows the code", () => {
  const own = { watchTokenHash: FACTS.watchTokenHash };
  const directly = { ...signedIn, ...own, proof: { by: "same_device" } } as const;

  it("doesn't claim its own session by scanning it, and that changes nothing (RFC 10027 §5)", () => {
    for (const session of [createSession(FACTS), scanned()]) {
      const outcome = transition(session, { ...again, ...own }, at);
      expect(outcome).toEqual({ ok: false, error: "same_device" });
    }
  });

  it("is one by its own watch token, not by another session's", () => {
    const other = { ...again, watchTokenHash: "hash of another's token" };
    expect(transition(createSession(FACTS), other, at)).toMatchObject({ ok: true });
  });

  it("may log in directly, with a step-up and without matching, whatever the policy is", () => {
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
  ])("isn't believed to be one %s, whatever the policy lets pass", (_, screen, phone) => {
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
  });

  it("is nobody else's to be", () => {
    for (const token of [{}, { watchTokenHash: "hash of another's token" }]) {
      const { watchTokenHash: _, ...command } = directly;
      const outcome = transition(createSession(FACTS), { ...command, ...token }, at);
      expect(outcome).toEqual({ ok: false, error: "watch_token_invalid" });
    }
  });
});
