import { sha256 } from "../../lib/digest.ts";
import type { Approver, PresentedTokens } from "../domain/commands.ts";
import type { AuthenticatedUser, DeviceInfo, Session } from "../domain/session.ts";
import { approvalStatement, type SignedApproval } from "../domain/approval-statement.ts";

/** Who scans, as far as the Worker knows. */
export interface ScanInput {
  approver?: Omit<Approver, "phone">;
  /** What this very browser watches the session by, if it is the screen itself. */
  watchToken?: string;
  /** What it will hold the session by, where it has drawn that itself. */
  scanToken?: string;
}

/** What comes with an approval. */
export interface ApproveInput {
  phone?: DeviceInfo;
  standing?: Approver["standing"];
  /** As for a scan. */
  watchToken?: string;
  match?: string;
  /** An assertion that was verified, and what it was asked under. */
  signed?: VerifiedAssertion;
}

export type VerifiedAssertion = { challenge: string } & Omit<SignedApproval, "statement">;

/** What is compared of a browser's tokens. */
export async function presentedTokensOf(
  scanToken: string,
  watchToken?: string,
): Promise<PresentedTokens> {
  const scanTokenHash = await sha256(scanToken);
  return watchToken === undefined
    ? { scanTokenHash }
    : { scanTokenHash, watchTokenHash: await sha256(watchToken) };
}

/** What was signed, if it was this session as it stands. */
export async function signedApprovalOf(
  session: Session | undefined,
  account: AuthenticatedUser,
  { challenge, ...signed }: VerifiedAssertion,
): Promise<SignedApproval | undefined> {
  if (session?.status !== "scanned") return undefined;
  const statement = approvalStatement(session, account, signed.nonce);
  return (await sha256(statement)) === challenge ? { ...signed, statement } : undefined;
}
