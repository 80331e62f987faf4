import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../../src/login-session/domain/risk/policy.ts";
import type { AuthenticatedUser } from "../../../src/login-session/domain/authenticated-user.ts";
import type { DeviceInfo } from "../../../src/login-session/domain/device-info.ts";
import type { ScannedSession } from "../../../src/login-session/domain/session.ts";
import { approvalStatement } from "../../../src/login-session/domain/approval-statement.ts";
import { errorCodeOf } from "../../../src/login-session/domain/errors.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import { phoneView } from "../../../src/login-session/domain/view.ts";
import { ADA, COMMANDS, CREATED_AT, FACTS, SECOND_SCAN } from "./sessions.ts";

const at = CREATED_AT + 1000;
const PASSKEY = { sub: "ada", phone: "hash of the cookie" };
const ASSERTION = {
  id: "passkey",
  response: { clientDataJSON: "c", authenticatorData: "a", signature: "s" },
};

function scannedBy(account: AuthenticatedUser, policy: Partial<Policy> = {}): ScannedSession {
  const asked: Policy = { ...DEFAULT_POLICY, matching: "off", ...policy };
  const facts = { ...FACTS, policy: asked };
  const scan = { ...COMMANDS.scan, approver: { ...ADA, account } };
  return transition(createSession(facts), scan, CREATED_AT + 1).next as ScannedSession;
}

const approve = (session: ScannedSession, account: AuthenticatedUser, proof?: object) =>
  transition(session, { ...COMMANDS.approve, approver: { ...ADA, account }, ...proof }, at);

const proofOf = (session: ScannedSession, sub = "ada") => ({
  proof: {
    statement: approvalStatement(session, { sub }, "nonce"),
    nonce: "nonce",
    assertion: ASSERTION,
  },
});

describe("step-up of a passkey account", () => {
  const session = scannedBy(PASSKEY, { stepUp: "always" });

  it("approves with the signed statement and stores it with the approval", () => {
    const { proof } = proofOf(session);
    expect(approve(session, PASSKEY, { proof })).toMatchObject({
      ok: true,
      next: { status: "approved", approval: { proof } },
    });
  });

  it("refuses an approval without a signature, which may be tried again", () => {
    expect(approve(session, PASSKEY)).toMatchObject({
      ok: false,
      error: { code: "step_up_required" },
    });
  });

  it.each<[string, object]>([
    ["another session", { id: "another" }],
    ["another client", { clientId: "evil" }],
    ["another scope", { scope: "openid email" }],
    ["another screen", { screen: { ...FACTS.screen, city: "Linz" } }],
    ["another time", { createdAt: CREATED_AT - 1 }],
  ])("refuses a signature for %s", (_, change) => {
    const other = proofOf({ ...session, ...change });
    expect(approve(session, PASSKEY, other)).toMatchObject({
      ok: false,
      error: { code: "step_up_required" },
    });
  });

  it("refuses a signature of another account, or under other reasons", () => {
    const theirs = proofOf(session, "eve");
    expect(approve(session, PASSKEY, theirs)).toMatchObject({
      error: { code: "step_up_required" },
    });
    const repeated = transition(session, SECOND_SCAN, at).next as ScannedSession;
    const earlier = proofOf(session);
    expect(approve(repeated, PASSKEY, earlier)).toMatchObject({
      error: { code: "step_up_required" },
    });
  });

  it("requires the passkey even right after a sign-in", () => {
    const fresh = { ...PASSKEY, authTime: at };
    expect(approve(session, fresh)).toMatchObject({ error: { code: "step_up_required" } });
  });
});

describe("step-up of an account of another issuer", () => {
  const policy = { stepUp: "always", stepUpAcr: ["phr"], stepUpMaxAge: 120_000 } as const;
  const outcome = (claims: object, by: Partial<Policy> = policy) => {
    const account = { sub: "ada", ...claims };
    const approved = approve(scannedBy(account, by), account);
    return approved.ok ? approved.next.status : errorCodeOf(approved.error);
  };

  it.each<[string, object, string]>([
    ["signed in just now", { authTime: at - 120_000 }, "approved"],
    ["signed in before that [QR-LOGIN-11]", { authTime: at - 120_001 }, "step_up_required"],
    ["signed in long ago with the acr of the client", { authTime: 0, acr: "phr" }, "approved"],
    ["signed in with another acr than the client asks for", { acr: "pwd" }, "step_up_required"],
    ["has neither auth_time nor acr", {}, "step_up_required"],
  ])("decides on step-up for an approver of another issuer who %s", (_, claims, expected) => {
    expect(outcome(claims)).toBe(expected);
  });

  it("skips step-up on risk for an issuer without auth_time and acr [ASVS-6.8.4]", () => {
    const risky = { stepUp: "on_risk", verify: ["same_city"] } as const;
    expect(outcome({}, risky)).toBe("approved");
    expect(outcome({ authTime: 0 }, risky)).toBe("step_up_required");
  });

  it("requires step-up that replaces digits, even if the issuer sends neither auth_time nor acr", () => {
    const risky = { stepUp: "off", matching: "on_risk", verify: ["same_city"] } as const;
    const policy: Policy = { ...DEFAULT_POLICY, ...risky };
    const account = { sub: "ada" };
    const scanned = transition(
      createSession({ ...FACTS, policy, begunBy: { grant: "device_code" } }),
      { ...COMMANDS.scan, approver: { ...ADA, account } },
      CREATED_AT + 1,
    ).next as ScannedSession;
    expect(approve(scanned, account)).toMatchObject({ error: { code: "step_up_required" } });
    expect(approve(scanned, { ...account, authTime: at })).toMatchObject({ ok: true });
  });

  it("announces step-up only while the approver has to authenticate again", () => {
    const told = (authTime: number) => {
      const account = { sub: "ada", authTime };
      return phoneView(scannedBy(account, policy), account, at)?.step_up;
    };
    expect(told(at)).toBeUndefined();
    expect(told(0)).toBe(true);
  });
});

describe("approvalStatement", () => {
  const session = scannedBy(PASSKEY);

  it("contains what the phone showed in the signed statement [RFC10027-6.1.17]", () => {
    expect(JSON.parse(approvalStatement(session, { sub: "ada" }, "nonce"))).toEqual({
      purpose: "qr-login.v2 approval",
      session_id: FACTS.id,
      client_id: "shop",
      sub: "ada",
      nonce: "nonce",
      shown: {
        screen: FACTS.screen,
        scope: FACTS.scope,
        consent: { access: "login", claims: ["sub"], expires_in: 600 },
        requested_at: "1970-01-01T00:16:40.000Z",
        verdict: "allow",
        reasons: [{ code: "same_city" }, { code: "first_login" }],
      },
    });
  });

  it("makes the same statement for screens that differ only in hidden data [USENIX-6]", () => {
    const at = (screen: DeviceInfo) =>
      approvalStatement({ ...session, screen }, { sub: "ada" }, "nonce");
    const graz = { ...FACTS.screen, asn: 64496, network: "Example Telecom" };
    expect(at({ ...graz, ip: "203.0.113.7", latitude: 47.0707, longitude: 15.4395 })).toBe(
      at({ ...graz, ip: "203.0.113.8", latitude: 47.0912, longitude: 15.4402 }),
    );
  });

  it("makes a different statement for each nonce", () => {
    expect(approvalStatement(session, { sub: "ada" }, "a")).not.toBe(
      approvalStatement(session, { sub: "ada" }, "b"),
    );
  });
});
