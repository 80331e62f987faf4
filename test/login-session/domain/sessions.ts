import type { Approver, Command } from "../../../src/login-session/domain/commands.ts";
import { errorCodeOf } from "../../../src/login-session/domain/errors.ts";
import { DEFAULT_POLICY } from "../../../src/login-session/domain/risk/policy.ts";
import type { Session } from "../../../src/login-session/domain/session.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";

/** Sessions in every state, for tests of the heart. Time begins at 1,000,000. */
export const CREATED_AT = 1_000_000;
export const TTL = 120_000;
export const CODE_TTL = 60_000;

export const FACTS: Parameters<typeof createSession>[0] = {
  id: "i".repeat(43),
  clientId: "shop",
  scope: "openid profile",
  begunBy: { grant: "authorization_code", codeChallenge: "challenge" },
  qrKey: "k".repeat(43),
  watchTokenHash: "hash of the watch token",
  codeHash: "hash of the code",
  codeTtl: CODE_TTL,
  createdAt: CREATED_AT,
  expiresAt: CREATED_AT + TTL,
  screen: { browser: "Firefox 140", city: "Graz", country: "AT" },
  policy: DEFAULT_POLICY,
  access: { kind: "login", ttl: 600_000 },
};

/** What was drawn at random for a command. */
export const DRAWN = { digits: "47", code: "4821" };

/** An account that remembers nothing, whose phone is where the screen is. */
export const ADA: Approver = {
  account: { sub: "ada" },
  history: { known: [], logins: 0 },
  device: { city: "Graz", country: "AT" },
};

export const COMMANDS = {
  scan: {
    type: "scan",
    proof: { by: "qr", t: 0, macMatches: true },
    scanTokenHash: "hash of the scan token",
    device: ADA.device,
    matchingCodes: DRAWN,
  },
  view: {
    type: "view",
    scanTokenHash: "hash of the scan token",
    approver: ADA,
    matchingCodes: DRAWN,
  },
  approve: {
    type: "approve",
    scanTokenHash: "hash of the scan token",
    approver: ADA,
    matchingCodes: DRAWN,
  },
  deny: { type: "deny", scanTokenHash: "hash of the scan token" },
  match: { type: "match", code: DRAWN.code },
  cancel: { type: "cancel" },
  sign_on: {
    type: "sign_on",
    account: { sub: "ada" },
    browserSession: "the browser session",
    accountReference: "sealed",
    scanTokenHash: "hash of a token that nobody has",
  },
  redeem: {
    type: "redeem",
    codeHash: "hash of the code",
    clientId: "shop",
    proof: { grant: "authorization_code", verifierHash: "challenge" },
  },
} as const satisfies Record<Command["type"], Command>;

/** The same code, scanned by another phone. */
export const SECOND_SCAN = {
  ...COMMANDS.scan,
  scanTokenHash: "hash of a second phone's",
} as const satisfies Command;

/** A session after these commands, each a millisecond after the one before. */
export function sessionAfter(...names: (keyof typeof COMMANDS)[]): Session {
  let session: Session = createSession(FACTS);
  names.forEach((name, i) => {
    const outcome = transition(session, COMMANDS[name], CREATED_AT + i + 1);
    if (!outcome.ok) throw new Error(`${name} was refused: ${errorCodeOf(outcome.error)}`);
    session = outcome.next;
  });
  return session;
}
