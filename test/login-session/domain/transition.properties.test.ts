import fc from "fast-check";
import { describe, it } from "vitest";
import type { Command } from "../../../src/login-session/domain/commands.ts";
import { applyExpiry } from "../../../src/login-session/domain/expiry.ts";
import type { Session } from "../../../src/login-session/domain/session.ts";
import { createSession, transition } from "../../../src/login-session/domain/transition.ts";
import { screenView } from "../../../src/login-session/domain/view.ts";
import { isTerminal } from "../../../src/protocol/snapshot.ts";
import { ADA, CREATED_AT, DRAWN, FACTS } from "./sessions.ts";

const phone = fc.constantFrom("hash of phone one", "hash of phone two");

const account = fc.constantFrom({ sub: "ada" }, { sub: "eve" });

/** Where the screen is, and where it isn't. */
const place = fc.constantFrom(ADA.device, { city: "Oslo", country: "NO" });

/** Anything that anyone may send, right or wrong. */
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant("scan" as const),
    proof: fc.oneof(
      fc.constant({ by: "user_code" as const }),
      fc.record({
        by: fc.constant("qr" as const),
        t: fc.integer({ min: 0, max: 40 }),
        macMatches: fc.boolean(),
      }),
    ),
    scanTokenHash: phone,
    device: place,
    matchingCodes: fc.constant(DRAWN),
  }),
  fc.record({
    type: fc.constant("view" as const),
    scanTokenHash: phone,
    approver: fc.record({ account, history: fc.constant(ADA.history), device: place }),
    matchingCodes: fc.constant(DRAWN),
  }),
  fc.record({
    type: fc.constant("approve" as const),
    scanTokenHash: phone,
    approver: fc.record({ account, history: fc.constant(ADA.history), device: place }),
    matchingCodes: fc.constant(DRAWN),
    match: fc.constantFrom(DRAWN.digits, "13"),
  }),
  fc.record({
    type: fc.constant("match" as const),
    code: fc.constantFrom(DRAWN.code, "1234"),
  }),
  fc.record({ type: fc.constant("deny" as const), scanTokenHash: phone }),
  fc.constant({ type: "cancel" as const }),
  fc.record({
    type: fc.constant("redeem" as const),
    codeHash: fc.constantFrom(FACTS.codeHash, "hash of a guess!"),
    clientId: fc.constantFrom("shop", "evil"),
    proof: fc.oneof(
      fc.record({
        grant: fc.constant("authorization_code" as const),
        verifierHash: fc.constantFrom("challenge", "something"),
      }),
      fc.constant({ grant: "device_code" as const }),
    ),
  }),
);

interface Step {
  command: Command;
  before: Session;
  after: Session;
  accepted: boolean;
}

/** Plays commands one after the other, some time apart, and tells what each did. */
function play(commands: [Command, number][]): Step[] {
  let session: Session = createSession(FACTS);
  let now = CREATED_AT;
  return commands.map(([command, delay]) => {
    now += delay;
    const before = applyExpiry(session, now);
    const outcome = transition(session, command, now);
    session = outcome.next ?? session;
    return { command, before, after: applyExpiry(session, now), accepted: outcome.ok };
  });
}

const story = fc.array(fc.tuple(command, fc.integer({ min: 0, max: 20_000 })), { maxLength: 25 });
const holds = (check: (steps: Step[]) => boolean) =>
  fc.assert(
    fc.property(story, (commands) => check(play(commands))),
    { numRuns: 500 },
  );

describe("any sequence of commands", () => {
  it("reaches approved only by a scan and an approval of the same phone [OIDC-CORE-3.1.2.4]", () => {
    holds((steps) => {
      const approval = steps.find((step) => step.after.status === "approved");
      if (!approval) return true;
      const scan = steps.find((step) => step.accepted && step.command.type === "scan");
      return (
        scan?.command.type === "scan" &&
        approval.command.type === "approve" &&
        scan.command.scanTokenHash === approval.command.scanTokenHash
      );
    });
  });

  it("increases the version of a session with each visible change and only then", () => {
    holds((steps) =>
      steps.every(({ before, after }) =>
        JSON.stringify(screenView(before, "")) === JSON.stringify(screenView(after, ""))
          ? after.version === before.version
          : after.version > before.version,
      ),
    );
  });

  it("never leaves a terminal state [QR-LOGIN-3]", () => {
    holds((steps) =>
      steps.every(({ before, after }) => !isTerminal(before) || after.status === before.status),
    );
  });

  it("never lets two phones claim one session [RFC10027-6.1.3]", () => {
    holds((steps) => {
      const phones = steps.flatMap(({ command, accepted }) =>
        accepted && command.type === "scan" ? [command.scanTokenHash] : [],
      );
      return new Set(phones).size < 2;
    });
  });

  it("never approves without the right digits where the decision requires them", () => {
    holds((steps) =>
      steps.every(({ command, before, accepted }) => {
        if (command.type !== "approve" || !accepted || before.status !== "scanned") return true;
        const { assessed } = before.claim;
        const { account, device } = command.approver;
        const asked = assessed?.sub === account.sub && assessed.verdict === "verify";
        const far = assessed?.sub !== account.sub && device.country === "NO";
        return !(asked || far) || command.match === DRAWN.digits;
      }),
    );
  });

  it("never redeems twice, for another client or without the verifier [RFC6749-4.1.3]", () => {
    holds((steps) => {
      const redeemed = steps.filter((step) => step.accepted && step.command.type === "redeem");
      return (
        redeemed.length < 2 &&
        redeemed.every(
          ({ command }) =>
            command.type === "redeem" &&
            command.clientId === FACTS.clientId &&
            command.proof.grant === "authorization_code" &&
            command.proof.verifierHash === "challenge" &&
            command.codeHash === FACTS.codeHash,
        )
      );
    });
  });

  it("never accepts a rotating code with a wrong MAC", () => {
    holds((steps) =>
      steps.every(
        ({ command, accepted }) =>
          !accepted ||
          command.type !== "scan" ||
          command.proof.by !== "qr" ||
          command.proof.macMatches,
      ),
    );
  });
});
