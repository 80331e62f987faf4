import { describe, expect, it } from "vitest";
import type { Command } from "../../../src/login-session/domain/commands.ts";
import {
  isPurgeable,
  nextDeadline,
  applyExpiry,
  CLOSED_SESSION_TTL,
} from "../../../src/login-session/domain/expiry.ts";
import { MAX_WRONG_CODES } from "../../../src/login-session/domain/scan.ts";
import type { Session } from "../../../src/login-session/domain/session.ts";
import type { Status } from "../../../src/protocol/snapshot.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import {
  ADA,
  CODE_TTL,
  COMMANDS,
  CREATED_AT,
  FACTS,
  SECOND_SCAN,
  sessionAfter,
  TTL,
} from "./sessions.ts";

const STATES: Record<Status, Session> = {
  pending: createSession(FACTS),
  scanned: sessionAfter("scan"),
  approved: sessionAfter("scan", "approve"),
  redeemed: sessionAfter("scan", "approve", "redeem"),
  denied: sessionAfter("scan", "deny"),
  cancelled: sessionAfter("cancel"),
  expired: applyExpiry(createSession(FACTS), CREATED_AT + TTL),
};

/** What becomes of every state by every command, given in time and by whoever may give it. */
const TABLE: Record<Status, Record<Command["type"], string>> = {
  pending: {
    scan: "→ scanned",
    view: "not_scanned",
    approve: "not_scanned",
    deny: "not_scanned",
    match: "not_scanned",
    cancel: "→ cancelled",
    sign_on: "→ approved",
    redeem: "code_unknown",
  },
  scanned: {
    // Its own scan once more.
    scan: "→ scanned",
    view: "→ scanned",
    approve: "→ approved",
    deny: "→ denied",
    match: "match_not_asked",
    cancel: "→ cancelled",
    sign_on: "already_scanned",
    redeem: "code_unknown",
  },
  approved: {
    scan: "already_scanned",
    view: "already_approved",
    approve: "already_approved",
    deny: "already_approved",
    match: "already_approved",
    cancel: "→ cancelled",
    sign_on: "already_scanned",
    redeem: "→ redeemed",
  },
  redeemed: {
    scan: "already_scanned",
    view: "already_approved",
    approve: "already_approved",
    deny: "already_approved",
    match: "already_approved",
    cancel: "already_approved",
    sign_on: "already_scanned",
    redeem: "code_used",
  },
  denied: {
    scan: "already_scanned",
    view: "already_denied",
    approve: "already_denied",
    deny: "already_denied",
    match: "already_denied",
    cancel: "already_denied",
    sign_on: "already_scanned",
    redeem: "access_denied",
  },
  cancelled: {
    scan: "session_cancelled",
    view: "session_cancelled",
    approve: "session_cancelled",
    deny: "session_cancelled",
    match: "session_cancelled",
    cancel: "session_cancelled",
    sign_on: "session_cancelled",
    redeem: "access_denied",
  },
  expired: {
    scan: "session_expired",
    view: "session_expired",
    approve: "session_expired",
    deny: "session_expired",
    match: "session_expired",
    cancel: "session_expired",
    sign_on: "session_expired",
    redeem: "code_expired",
  },
};

describe("transition", () => {
  for (const [status, row] of Object.entries(TABLE) as [Status, (typeof TABLE)[Status]][]) {
    for (const [type, expected] of Object.entries(row) as [Command["type"], string][]) {
      it(`${status} + ${type} ${expected.startsWith("→") ? expected : `is refused: ${expected}`}`, () => {
        const before = STATES[status];
        const outcome = transition(before, COMMANDS[type], CREATED_AT + 10);
        expect(outcome.ok ? `→ ${outcome.next.status}` : outcome.error).toBe(expected);
        const isNews = expected.startsWith("→") && expected !== `→ ${status}`;
        if (outcome.next) expect(outcome.next.version).toBe(before.version + (isNews ? 1 : 0));
        // Of what is refused, only a scan that comes again is remembered.
        if (!outcome.ok && type !== "scan") expect(outcome).not.toHaveProperty("next");
      });
    }
  }
});

describe("scan", () => {
  const scan = (
    proof: Extract<Command, { type: "scan" }>["proof"],
    at: number,
    session: Session = createSession(FACTS),
  ) => transition(session, { ...COMMANDS.scan, proof }, at);

  it("accepts the rotating code that is displayed now and the one before it, and no other", () => {
    const at = CREATED_AT + 5 * 5000;
    const results = [2, 3, 4, 5, 6, 7].map((t) => scan({ by: "qr", t, macMatches: true }, at));
    expect(results.map((result) => (result.ok ? "ok" : result.error))).toEqual([
      "code_stale",
      "code_stale",
      "ok",
      "ok",
      "code_stale",
      "code_stale",
    ]);
  });

  it("refuses a second phone, whichever way it scans", () => {
    for (const by of [SECOND_SCAN, { ...SECOND_SCAN, proof: { by: "user_code" } } as const]) {
      expect(transition(STATES.scanned, by, CREATED_AT + 10)).toMatchObject({
        ok: false,
        error: "already_scanned",
      });
    }
  });

  it("changes nothing when the phone that holds the session repeats its scan, however late", () => {
    const late = CREATED_AT + TTL - 1;
    const held = sessionAfter("scan", "view");
    expect(transition(held, COMMANDS.scan, late)).toEqual({ ok: true, next: held });
    const signedIn = { ...COMMANDS.scan, approver: ADA };
    expect(transition(held, signedIn, late)).toEqual({ ok: true, next: held });
  });

  it("assesses the risk when the phone that holds the session has signed in and scans again", () => {
    const { next } = transition(
      STATES.scanned,
      { ...COMMANDS.scan, approver: ADA },
      CREATED_AT + 10,
    );
    expect(next).toMatchObject({ repeats: 0, claim: { assessed: { sub: "ada" } } });
  });

  it("requires a genuine code for a repeated scan, even of the phone that holds the session", () => {
    const forged = { by: "qr", t: 0, macMatches: false } as const;
    expect(scan(forged, CREATED_AT + 10, STATES.scanned)).toEqual({
      ok: false,
      error: "already_scanned",
    });
  });

  it("accepts a typed code as long as the session lives", () => {
    expect(scan({ by: "user_code" }, CREATED_AT + TTL - 1).ok).toBe(true);
    expect(scan({ by: "user_code" }, CREATED_AT + TTL)).toMatchObject({ error: "session_expired" });
  });

  it("counts wrong codes without notifying watchers, and refuses all codes after ten", () => {
    let session: Session = createSession(FACTS);
    for (let i = 0; i < MAX_WRONG_CODES; i++) {
      const outcome = scan({ by: "qr", t: 0, macMatches: false }, CREATED_AT + i, session);
      expect(outcome).toMatchObject({ ok: false, error: "code_invalid", next: { version: 1 } });
      session = outcome.next ?? session;
    }
    const good = scan({ by: "qr", t: 0, macMatches: true }, CREATED_AT + 100, session);
    expect(good).toEqual({ ok: false, error: "too_many_tries" });
  });
});

describe("the phone that scanned", () => {
  for (const type of ["approve", "deny"] as const) {
    it(`lets only the phone that scanned ${type}`, () => {
      const command = { ...COMMANDS[type], scanTokenHash: "hash of another token!" };
      const outcome = transition(STATES.scanned, command, CREATED_AT + 10);
      expect(outcome).toEqual({ ok: false, error: "scan_token_invalid" });
    });
  }
});

describe("redeem", () => {
  const redeem = (
    change: Partial<Extract<Command, { type: "redeem" }>>,
    session = STATES.approved,
  ) => transition(session, { ...COMMANDS.redeem, ...change }, CREATED_AT + 10);

  const proof = COMMANDS.redeem.proof;

  it.each([
    [{ codeHash: "hash of evil" }, "code_unknown"],
    [{ clientId: "evil" }, "client_mismatch"],
    [{ proof: { ...proof, verifierHash: "guessed!!" } }, "verifier_mismatch"],
    [{ proof: { ...proof, redirectUri: "https://evil.example/" } }, "redirect_mismatch"],
    [{ proof: { grant: "device_code" } as const }, "grant_mismatch"],
  ])("refuses to redeem with %o (%s), and keeps the code valid", (change, error) => {
    expect(redeem(change)).toEqual({ ok: false, error });
  });

  it("requires a verifier exactly where there was a challenge (RFC 7636 §4.6, RFC 9700 §4.8.2)", () => {
    const { verifierHash: _, ...bare } = proof;
    const without = {
      ...STATES.approved,
      begunBy: { grant: "authorization_code" },
    } as Session;
    expect(redeem({ proof: bare }, without).ok).toBe(true);
    expect(redeem({ proof }, without)).toEqual({ ok: false, error: "verifier_not_expected" });
    expect(redeem({ proof: bare })).toEqual({ ok: false, error: "verifier_missing" });
  });

  it("redeems for a part of the resources that were granted, by default our issuer (RFC 8707 §2.2)", () => {
    const issuer = "https://us.example";
    const granted = { ...STATES.approved, resources: ["https://a.example", "https://b.example"] };
    const redeemFor = (names: string[], session: Session) =>
      redeem({ resources: { names, issuer } }, session);
    const refused = { ok: false, error: "resource_not_granted" };
    expect(redeemFor(["https://b.example"], granted as Session).ok).toBe(true);
    expect(redeemFor([issuer], granted as Session)).toEqual(refused);
    expect(redeemFor(["https://a.example", "https://c.example"], granted as Session)).toEqual(
      refused,
    );
    expect(redeemFor([issuer], STATES.approved).ok).toBe(true);
    expect(redeemFor(["https://a.example"], STATES.approved)).toEqual(refused);
  });

  it("redeems with the redirect URI that the code was issued for", () => {
    const redirect = {
      uri: "https://shop.example/back",
      mode: "query",
      issuer: "https://us.example",
    };
    const session = { ...STATES.approved, redirect } as Session;
    const to = (redirectUri: string) => redeem({ proof: { ...proof, redirectUri } }, session).ok;
    expect(to(redirect.uri)).toBe(true);
    expect(to(`${redirect.uri}/`)).toBe(false);
  });

  it("checks client, redirect URI, verifier and key in this order, and changes nothing if one is wrong", () => {
    const redirect = {
      uri: "https://shop.example/back",
      mode: "query",
      issuer: "https://us.example",
    };
    const session = { ...STATES.approved, redirect, dpopJkt: "theirs" } as Session;
    let command = {
      ...COMMANDS.redeem,
      clientId: "evil",
      proof: { ...proof, redirectUri: "https://evil.example/", verifierHash: "guessed!!" },
      jkt: "another",
    };
    const refused = (error: string) =>
      expect(transition(session, command, CREATED_AT + 10)).toEqual({ ok: false, error });
    refused("client_mismatch");
    command = { ...command, clientId: "shop" };
    refused("redirect_mismatch");
    command = { ...command, proof: { ...command.proof, redirectUri: redirect.uri } };
    refused("verifier_mismatch");
    command = { ...command, proof: { ...command.proof, verifierHash: "challenge" } };
    refused("key_mismatch");
    command = { ...command, jkt: "theirs" };
    expect(transition(session, command, CREATED_AT + 10)).toMatchObject({ ok: true });
  });

  it("keeps the account of a redeemed session, for a code that is used again", () => {
    expect(STATES.redeemed).toMatchObject({ sub: "ada" });
    expect(redeem({ codeHash: "hash of evil" }, STATES.redeemed)).toMatchObject({
      error: "code_unknown",
    });
  });
});

describe("a device code", () => {
  const begunBy = { grant: "device_code" } as const;
  const ask = (session: Session, at = CREATED_AT + 10) => {
    const command = { ...COMMANDS.redeem, proof: begunBy };
    return transition({ ...session, begunBy } as Session, command, at);
  };

  it("returns authorization_pending for a device code until the owner has decided (RFC 8628 §3.5)", () => {
    expect(ask(STATES.pending)).toMatchObject({ error: "authorization_pending" });
    expect(ask(STATES.scanned)).toMatchObject({ error: "authorization_pending" });
    expect(ask(STATES.approved)).toMatchObject({ ok: true, next: { status: "redeemed" } });
    expect(ask(STATES.denied)).toMatchObject({ error: "access_denied" });
    expect(ask(STATES.pending, CREATED_AT + TTL)).toMatchObject({ error: "code_expired" });
    expect(ask(STATES.redeemed)).toMatchObject({ error: "code_used" });
  });

  it("refuses a device code as an authorization code", () => {
    const session = { ...STATES.approved, begunBy } as Session;
    const outcome = transition(session, COMMANDS.redeem, CREATED_AT + 10);
    expect(outcome).toEqual({ ok: false, error: "grant_mismatch" });
  });
});

describe("a login bound to a DPoP key (RFC 9449 §10)", () => {
  const bound = { ...STATES.approved, dpopJkt: "theirs" };
  const redeem = (jkt?: string) =>
    transition(
      bound,
      { ...COMMANDS.redeem, ...(jkt === undefined ? {} : { jkt }) },
      CREATED_AT + 10,
    );

  it("redeems a login bound to a key only for the holder of that key", () => {
    expect(redeem("theirs").ok).toBe(true);
    expect(redeem("another")).toEqual({ ok: false, error: "key_mismatch" });
    expect(redeem()).toEqual({ ok: false, error: "key_mismatch" });
  });

  it("redeems a login bound to no key with any key", () => {
    const outcome = transition(
      STATES.approved,
      { ...COMMANDS.redeem, jkt: "any" },
      CREATED_AT + 10,
    );
    expect(outcome.ok).toBe(true);
  });
});

describe("requirements of the client for the approver", () => {
  const approve = (asked: object, account: object) =>
    transition(
      { ...STATES.scanned, ...asked },
      { ...COMMANDS.approve, approver: { ...ADA, account: { sub: "ada", ...account } } },
      CREATED_AT + 60_000,
    );

  it("rejects an approver whose sign-in is older than max_age [OIDC-CORE-3.1.2.1/6]", () => {
    const maxAge = 90_000;
    expect(approve({ maxAge }, { authTime: CREATED_AT - 30_000 }).ok).toBe(true);
    const older = approve({ maxAge }, { authTime: CREATED_AT - 30_001 });
    expect(older).toEqual({ ok: false, error: "sign_in_again" });
    expect(approve({ maxAge }, {})).toEqual({ ok: false, error: "sign_in_again" });
  });

  it("accepts a sign-in after the login was created for every max_age, even 0", () => {
    expect(approve({ maxAge: 0 }, { authTime: CREATED_AT }).ok).toBe(true);
    const before = approve({ maxAge: 0 }, { authTime: CREATED_AT - 1 });
    expect(before).toEqual({ ok: false, error: "sign_in_again" });
  });

  it("rejects every account but the one of id_token_hint [OIDC-CORE-3.1.2.1/8]", () => {
    expect(approve({ expectedSub: "ada" }, {}).ok).toBe(true);
    expect(approve({ expectedSub: "eve" }, {})).toEqual({ ok: false, error: "wrong_account" });
  });

  it("rejects every account but those that claims names by sub (OpenID Connect Core §5.5.1)", () => {
    expect(approve({ allowedSubs: ["eve", "ada"] }, {}).ok).toBe(true);
    expect(approve({ allowedSubs: ["eve", "bob"] }, {})).toMatchObject({ error: "wrong_account" });
  });

  it("rejects an approver without the essential acr (OpenID Connect Core §5.5.1.1)", () => {
    const requiredAcr = ["urn:gold", "urn:silver"];
    expect(approve({ requiredAcr }, { acr: "urn:silver" }).ok).toBe(true);
    const stepUp = { error: { code: "step_up_required", acr: requiredAcr } };
    expect(approve({ requiredAcr }, { acr: "urn:bronze" })).toMatchObject(stepUp);
    expect(approve({ requiredAcr }, {})).toMatchObject(stepUp);
    // A passkey account never has one.
    expect(approve({ requiredAcr }, { phone: "p" })).toMatchObject({ error: "wrong_account" });
  });
});

describe("expiry", () => {
  it.each(["pending", "scanned"] as const)(
    "expires a %s session at its time and not before",
    (status) => {
      expect(applyExpiry(STATES[status], CREATED_AT + TTL - 1)).toBe(STATES[status]);
      expect(applyExpiry(STATES[status], CREATED_AT + TTL)).toMatchObject({
        status: "expired",
        version: STATES[status].version + 1,
      });
    },
  );

  it("expires an approved session when its code has expired, even before the session would", () => {
    const codeExpiresAt = CREATED_AT + 2 + CODE_TTL;
    expect(applyExpiry(STATES.approved, codeExpiresAt - 1).status).toBe("approved");
    expect(applyExpiry(STATES.approved, codeExpiresAt).status).toBe("expired");
  });

  it("expires no session twice", () => {
    const expired = applyExpiry(STATES.pending, CREATED_AT + TTL);
    expect(applyExpiry(expired, CREATED_AT + 10 * TTL)).toBe(expired);
  });

  it("approves a session before its expiry and refuses the approval after it", () => {
    expect(transition(STATES.scanned, COMMANDS.approve, CREATED_AT + TTL - 1).ok).toBe(true);
    expect(transition(STATES.scanned, COMMANDS.approve, CREATED_AT + TTL)).toEqual({
      ok: false,
      error: "session_expired",
    });
  });

  it("keeps a closed session for at least a minute, and until the alarm that is set", () => {
    expect(nextDeadline(STATES.denied)).toBe(CREATED_AT + TTL);
    const late = transition(STATES.scanned, COMMANDS.deny, CREATED_AT + TTL - 1);
    expect(late.next && nextDeadline(late.next)).toBe(CREATED_AT + TTL - 1 + CLOSED_SESSION_TTL);
  });

  it.each(["pending", "scanned"] as const)(
    "keeps nothing of a %s session that expires",
    (status) => {
      const expired = applyExpiry(STATES[status], CREATED_AT + TTL);
      expect(isPurgeable(expired, CREATED_AT + TTL)).toBe(true);
    },
  );

  it("keeps nothing of a redeemed session whose code names its account", () => {
    const approve = { ...COMMANDS.approve, accountReference: "sealed" };
    const { next } = transition(STATES.scanned, approve, CREATED_AT + 2);
    if (!next) throw new Error("not approved");
    const named = transition(next, COMMANDS.redeem, CREATED_AT + 3);
    expect(named.next && isPurgeable(named.next, CREATED_AT + 3)).toBe(true);
    const { redeemed } = STATES;
    expect(isPurgeable(redeemed, CREATED_AT + 3)).toBe(false);
    expect(nextDeadline(redeemed)).toBe(CREATED_AT + TTL);
  });

  it("keeps an approved session whose code expires", () => {
    const codeExpiresAt = CREATED_AT + 2 + CODE_TTL;
    const expired = applyExpiry(STATES.approved, codeExpiresAt);
    expect(isPurgeable(expired, codeExpiresAt)).toBe(false);
  });
});

describe("a closed session", () => {
  it.each(["redeemed", "denied", "cancelled", "expired"] as const)(
    "keeps no personal data and no location in a session that is %s",
    (status) => {
      const kept = Object.keys(STATES[status]);
      for (const gone of ["screen", "claim", "approval", "codeChallenge", "nonce", "redirect"]) {
        expect(kept).not.toContain(gone);
      }
    },
  );

  it.each([
    ["redeemed", ["scan", "approve", "redeem"], true],
    ["denied by somebody", ["scan", "view", "deny"], true],
    ["denied by nobody known", ["scan", "deny"], false],
    ["cancelled", ["scan", "view", "cancel"], false],
  ] as const)(
    "keeps the key of the rotating code of a session that is %s only if repeated scans are reported",
    (_, names, keeps) => {
      expect("qrKey" in sessionAfter(...names)).toBe(keeps);
    },
  );
});
