import { describe, expect, it } from "vitest";
import type { Approve, Command, Outcome } from "../../../src/login-session/domain/commands.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/login-session/domain/risk/policy.ts";
import type { ScannedSession, Session } from "../../../src/login-session/domain/session.ts";
import { errorCodeOf } from "../../../src/login-session/domain/errors.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import { phoneView, screenView } from "../../../src/login-session/domain/view.ts";
import { ADA, COMMANDS, CREATED_AT, DRAWN, FACTS } from "./sessions.ts";

/** A session of a client with this policy, after these commands. */
function played(policy: Partial<Policy>, ...commands: Command[]): Outcome {
  const session = createSession({ ...FACTS, policy: { ...DEFAULT_POLICY, ...policy } });
  return commands.reduce<Outcome>(
    (outcome, command, i) => transition(outcome.next ?? session, command, CREATED_AT + i + 1),
    { ok: true, next: session },
  );
}

const outcomeOf = (outcome: Outcome) => [
  outcome.ok ? "accepted" : errorCodeOf(outcome.error),
  outcome.next?.status,
];

const approve = (change: Partial<Approve> = {}): Command => ({ ...COMMANDS.approve, ...change });
const scan: Command = { ...COMMANDS.scan, approver: ADA };
const oslo = { city: "Oslo", country: "NO" };
const far: Command = { ...COMMANDS.scan, device: oslo, approver: { ...ADA, device: oslo } };
const eve = { ...ADA, account: { sub: "eve" } };

describe("number matching on the phone", () => {
  const policy = { matching: "always", stepUp: "off" } as const;
  const scanned = played(policy, scan).next as Session;

  it("shows the digits on the screen and never on the phone", () => {
    expect(screenView(scanned, "").match).toEqual({ by: "phone", digits: DRAWN.digits });
    const seen = phoneView(scanned as ScannedSession, ADA.account, CREATED_AT);
    expect(seen?.match).toEqual({ by: "phone" });
    expect(JSON.stringify(seen?.match)).not.toContain(DRAWN.digits);
  });

  it.each<[string, Command, unknown[]]>([
    [
      "scanned + approve with the right digits = approved",
      approve({ match: DRAWN.digits }),
      ["accepted", "approved"],
    ],
    ["scanned + approve without digits = scanned", approve(), ["match_required", undefined]],
    [
      "scanned + approve with wrong digits = denied",
      approve({ match: "48" }),
      ["match_wrong", "denied"],
    ],
    ["scanned + deny = denied", COMMANDS.deny, ["accepted", "denied"]],
    ["scanned + match by the screen = scanned", COMMANDS.match, ["match_not_asked", undefined]],
  ])("%s", (_, command, expected) => {
    expect(outcomeOf(played(policy, scan, command))).toEqual(expected);
  });

  it("allows one try for the digits and tells the phone why a second one is refused [QR-LOGIN-9]", () => {
    const late = played(policy, scan, approve({ match: "48" }), approve({ match: DRAWN.digits }));
    expect(outcomeOf(late)).toEqual(["match_wrong", undefined]);
  });

  it("records wrong digits in the history of the account", () => {
    const { auditEvent } = played(policy, scan, approve({ match: "48" }));
    expect(auditEvent).toMatchObject({ type: "match_wrong", sub: "ada", screen: FACTS.screen });
  });

  it("requires digits of an approval that is the first request of a signed-in phone", () => {
    const first = played(policy, COMMANDS.scan, approve());
    expect(outcomeOf(first)).toEqual(["match_required", "scanned"]);
    expect(first.next && screenView(first.next, "").match).toBeDefined();
  });

  it("draws other digits for another account", () => {
    const matchingCodes = { digits: "13", code: "0000" };
    const view = { ...COMMANDS.view, approver: eve, matchingCodes };
    const looked = played(policy, scan, view).next as Session;
    expect(screenView(looked, "")).toMatchObject({ version: 3, match: { digits: "13" } });
    const asAda = transition(looked, approve({ match: "13" }), CREATED_AT + 5);
    expect(outcomeOf(asAda)).toEqual(["match_wrong", "denied"]);
  });

  it("keeps the digits however often the phone views the request", () => {
    const matchingCodes = { digits: "99", code: "9999" };
    const again = played(policy, scan, { ...COMMANDS.view, matchingCodes });
    expect(again).toEqual({ ok: true, next: scanned });
  });
});

describe("number matching on the screen", () => {
  const policy = { matching: "always", matchingBy: "screen", stepUp: "off" } as const;
  const wrong: Command = { type: "match", code: "0000" };

  it("shows the code on the phone and never on the screen", () => {
    const scanned = played(policy, scan).next as ScannedSession;
    expect(phoneView(scanned, ADA.account, CREATED_AT)?.match).toEqual({
      by: "screen",
      code: DRAWN.code,
      done: false,
    });
    expect(JSON.stringify(screenView(scanned, ""))).not.toContain(DRAWN.code);
    expect(screenView(scanned, "").match).toEqual({ by: "screen", done: false });
  });

  it.each<[string, Command[], unknown[]]>([
    ["scanned + approve = scanned", [approve()], ["match_required", undefined]],
    ["scanned + the right code = scanned", [COMMANDS.match], ["accepted", "scanned"]],
    [
      "scanned + the right code + approve = approved",
      [COMMANDS.match, approve()],
      ["accepted", "approved"],
    ],
    ["scanned + the wrong code = denied", [wrong], ["match_wrong", "denied"]],
    [
      "scanned + the wrong code + the right one = denied",
      [wrong, COMMANDS.match],
      ["match_wrong", undefined],
    ],
    ["scanned + the wrong code + approve = denied", [wrong, approve()], ["match_wrong", undefined]],
    [
      "scanned + the right code + a wrong one = scanned",
      [COMMANDS.match, wrong],
      ["accepted", "scanned"],
    ],
  ])("%s", (_, commands, expected) => {
    expect(outcomeOf(played(policy, scan, ...commands))).toEqual(expected);
  });

  it("notifies the screen once that its code was right", () => {
    const once = played(policy, scan, COMMANDS.match).next as Session;
    expect(screenView(once, "")).toMatchObject({ version: 3, match: { by: "screen", done: true } });
    expect(played(policy, scan, COMMANDS.match, COMMANDS.match).next).toEqual(once);
  });

  it("rejects the digits of another account [RFC10027-6.1.16]", () => {
    expect(outcomeOf(played(policy, scan, COMMANDS.match, approve({ approver: eve })))).toEqual([
      "match_required",
      "scanned",
    ]);
  });
});

describe("number matching by default", () => {
  it("is not required of two devices in one place", () => {
    const scanned = played({ stepUp: "off" }, scan);
    expect(scanned.next && screenView(scanned.next, "").match).toBeUndefined();
    expect(outcomeOf(played({ stepUp: "off" }, scan, approve()))).toEqual(["accepted", "approved"]);
  });

  it("is required of two devices in different countries", () => {
    expect(outcomeOf(played({ stepUp: "off" }, far, approve()))).toEqual([
      "match_required",
      undefined,
    ]);
  });

  it.each<[string, Partial<Policy>, Command, { match: boolean; stepUp: boolean }]>([
    ["on risk, the passkey instead of digits", {}, far, { match: false, stepUp: true }],
    ["without risk, neither", {}, scan, { match: false, stepUp: false }],
    [
      "digits, if the client always requires matching",
      { matching: "always" },
      far,
      { match: true, stepUp: false },
    ],
    [
      "neither, if the client never requires matching",
      { matching: "off" },
      far,
      { match: false, stepUp: false },
    ],
  ])("requires of a device that can show no digits: %s", (_, policy, command, expected) => {
    const begunBy = { grant: "device_code" } as const;
    const asked: Policy = { ...DEFAULT_POLICY, stepUp: "off", ...policy };
    const { next } = transition(
      createSession({ ...FACTS, begunBy, policy: asked }),
      command,
      CREATED_AT + 1,
    );
    const { match, stepUp } = (next as ScannedSession).claim.assessed ?? {};
    expect({ match: match !== undefined, stepUp: stepUp === true }).toEqual(expected);
  });
});

describe("a blocked login", () => {
  const policy = { block: ["another_country"], matching: "off", stepUp: "off" } as const;

  it("can only be denied when the risk assessment blocks it", () => {
    expect(outcomeOf(played(policy, far, approve()))).toEqual(["risk_blocked", undefined]);
    expect(outcomeOf(played(policy, far, COMMANDS.deny))).toEqual(["accepted", "denied"]);
  });

  it("is recorded once in the history with its reasons, by whichever command assesses it", () => {
    const auditEvent = {
      type: "login_refused",
      sub: "ada",
      reasons: expect.arrayContaining([{ code: "another_country", screen: "AT", phone: "NO" }]),
    };
    const approver = { ...ADA, device: oslo };
    expect(played(policy, far).auditEvent).toMatchObject(auditEvent);
    expect(played(policy, far, approve()).auditEvent).toBeUndefined();
    const unsigned = { ...COMMANDS.scan, device: oslo };
    const view = { ...COMMANDS.view, approver };
    expect(played(policy, unsigned, view).auditEvent).toMatchObject(auditEvent);
    expect(played(policy, unsigned, approve({ approver })).auditEvent).toMatchObject(auditEvent);
  });

  it("is blocked for one account, while another account is assessed anew", () => {
    const block: Policy["block"] = ["first_login"];
    const history = { known: [{ browser: "Firefox 140", country: "AT" }], logins: 3 };
    const known = approve({ approver: { ...eve, history } });
    expect(outcomeOf(played({ block }, scan, approve()))[0]).toBe("risk_blocked");
    expect(outcomeOf(played({ block }, scan, known))).toEqual(["accepted", "approved"]);
  });
});

describe("a denied login", () => {
  it("is recorded in the history if the account is known", () => {
    expect(played({}, scan, COMMANDS.deny).auditEvent).toMatchObject({
      type: "login_declined",
      sub: "ada",
    });
    expect(played({}, COMMANDS.scan, COMMANDS.deny).auditEvent).toBeUndefined();
  });
});
