import { describe, expect, it } from "vitest";
import { grantOf } from "../../../src/login-session/domain/grant.ts";
import type { Session } from "../../../src/login-session/domain/session.ts";
import { keptLogin } from "../../../src/login-session/domain/single-sign-on.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import { COMMANDS, CREATED_AT, FACTS, sessionAfter } from "./sessions.ts";

const NOW = CREATED_AT + 10;
const signOn = (facts: object = {}, account: object = {}) =>
  transition(
    createSession({ ...FACTS, ...facts }),
    { ...COMMANDS.sign_on, account: { ...COMMANDS.sign_on.account, ...account } },
    NOW,
  );

describe("a session that a browser session approves", () => {
  it("gives a grant with the phone's approval and the id of the browser session", () => {
    const outcome = signOn({}, { authTime: 5, amr: ["hwk"], acr: "gold" });
    if (!outcome.ok || outcome.next.status !== "approved") throw new Error("not approved");
    expect(grantOf(outcome.next)).toMatchObject({
      account: { sub: "ada", authTime: 5, amr: ["hwk"], acr: "gold" },
      approvedAt: NOW,
      browserSession: "the browser session",
    });
  });

  it.each([
    ["another account than the client expects", { expectedSub: "bob" }, {}, "wrong_account"],
    [
      "a sign-in that is too old",
      { maxAge: 1000 },
      { authTime: CREATED_AT - 2000 },
      "sign_in_again",
    ],
    ["a sign-in of unknown age", { maxAge: 1000 }, {}, "sign_in_again"],
  ])("is refused for %s", (_, facts, account, error) => {
    expect(signOn(facts, account)).toEqual({ ok: false, error });
  });

  it("can't be scanned any more", () => {
    const outcome = transition(sessionAfter("sign_on"), COMMANDS.scan, NOW);
    expect(outcome).toMatchObject({ ok: false, error: "already_scanned" });
  });
});

describe("keptLogin", () => {
  const approved = (change: (session: Session) => Session = (session) => session) => {
    const pending = createSession({ ...FACTS, access: { kind: "login", sso: 1000 } });
    const scanned = transition(pending, COMMANDS.scan, NOW);
    if (!scanned.ok) throw new Error("not scanned");
    const outcome = transition(change(scanned.next), COMMANDS.approve, NOW);
    if (!outcome.ok) throw new Error("not approved");
    return outcome.next;
  };

  it("is the login of an approved session that the login page started", () => {
    expect(keptLogin(approved())).toEqual({
      sessionId: FACTS.id,
      clientId: FACTS.clientId,
      scope: FACTS.scope,
      account: { sub: "ada" },
      screen: FACTS.screen,
      reasons: expect.any(Array),
      mayStay: true,
    });
  });

  it("keeps no browser logged in whose approval did not show it, or whose risk was unusual", () => {
    expect(keptLogin(sessionAfter("scan", "approve"))?.mayStay).toBe(false);
    const unusual = approved();
    if (unusual.status !== "approved" || !unusual.claim.assessed) throw new Error("not assessed");
    const assessed = { ...unusual.claim.assessed, verdict: "verify" as const };
    expect(keptLogin({ ...unusual, claim: { ...unusual.claim, assessed } })?.mayStay).toBe(false);
  });

  it("is none before the approval and after the end", () => {
    const sessions = [
      sessionAfter(),
      sessionAfter("scan"),
      sessionAfter("scan", "deny"),
      sessionAfter("scan", "approve", "redeem"),
    ];
    for (const session of sessions) expect(keptLogin(session)).toBeUndefined();
  });
});
