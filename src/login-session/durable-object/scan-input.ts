import { sha256 } from "../../lib/digest.ts";
import { randomString } from "../../lib/random.ts";
import { timingSafeEqual } from "../../lib/timing-safe-equal.ts";
import { approvalStatement } from "../domain/approval-statement.ts";
import type { AuthenticatedUser } from "../domain/authenticated-user.ts";
import type { Approver, MatchingCodes, PresentedTokens, ScanProof } from "../domain/commands.ts";
import type { DeviceInfo } from "../domain/device-info.ts";
import { rotatingCode, type RotatingCode } from "../domain/rotating-code.ts";
import type { Session } from "../domain/session.ts";
import type { SignedApproval } from "../domain/signed-approval.ts";

/** What the Worker knows of the phone that scans. */
export interface ScanInput {
  /** Present if the phone is signed in. */
  approver?: Approver;
  /** Present if this browser watches the session: then it is the screen. */
  watchToken?: string;
  /** The token for later requests, if the phone has created it itself. */
  scanToken?: string;
}

export interface ApproveInput {
  account: AuthenticatedUser;
  /** The phone. */
  device: DeviceInfo;
  /** As for a scan. */
  watchToken?: string;
  /** The digits that were typed on the phone. */
  match?: string;
  signed?: VerifiedAssertion;
}

/** An assertion that the account has verified, and the challenge that it signs. */
export type VerifiedAssertion = { challenge: string } & Omit<SignedApproval, "statement">;

/** Checks the MAC of a rotating code. Its age is checked by the state machine. */
export async function checkCode(
  session: Session | undefined,
  { t, mac }: RotatingCode,
): Promise<ScanProof> {
  if (session?.qrKey === undefined) return { by: "qr", t, macMatches: false };
  const expected = await rotatingCode(session.qrKey, session.id, t);
  return { by: "qr", t, macMatches: timingSafeEqual(expected.mac, mac) };
}

export async function presentedTokensOf(
  scanToken: string,
  watchToken?: string,
): Promise<PresentedTokens> {
  const scanTokenHash = await sha256(scanToken);
  return watchToken === undefined
    ? { scanTokenHash }
    : { scanTokenHash, watchTokenHash: await sha256(watchToken) };
}

/** The signed approval, if the challenge is that of this session as it is now. */
export async function signedApprovalOf(
  session: Session | undefined,
  account: AuthenticatedUser,
  { challenge, ...signed }: VerifiedAssertion,
): Promise<SignedApproval | undefined> {
  if (session?.status !== "scanned") return undefined;
  const statement = approvalStatement(session, account, signed.nonce);
  return (await sha256(statement)) === challenge ? { ...signed, statement } : undefined;
}

const DIGITS = "0123456789";

export function randomMatchingCodes(): MatchingCodes {
  return { digits: randomString(DIGITS, 2), code: randomString(DIGITS, 4) };
}
