import { sha256 } from "../crypto/digest.ts";
import type { Approver, Claimant } from "../login/command.ts";
import type { AccountClaims, Device, Session } from "../login/session.ts";
import { statementOf, type Proof } from "../login/statement.ts";

/** Who scans, as far as the Worker knows. */
export interface Scanner {
  approver?: Omit<Approver, "phone">;
  /** What this very browser watches the session by, if it is the screen itself. */
  watchToken?: string;
  /** What it will hold the session by, where it has drawn that itself. */
  scanToken?: string;
}

/** What comes with an approval. */
export interface Evidence {
  phone?: Device;
  standing?: Approver["standing"];
  /** As for a scan. */
  watchToken?: string;
  match?: string;
  /** An assertion that was verified, and what it was asked under. */
  signed?: Signed;
}

export type Signed = { challenge: string } & Omit<Proof, "statement">;

/** What is compared of a browser's tokens. */
export async function claimantOf(scanToken: string, watchToken?: string): Promise<Claimant> {
  const scanTokenHash = await sha256(scanToken);
  return watchToken === undefined
    ? { scanTokenHash }
    : { scanTokenHash, watchTokenHash: await sha256(watchToken) };
}

/** What was signed, if it was this session as it stands. */
export async function proofOf(
  session: Session | undefined,
  account: AccountClaims,
  { challenge, ...signed }: Signed,
): Promise<Proof | undefined> {
  if (session?.status !== "scanned") return undefined;
  const statement = statementOf(session, account, signed.nonce);
  return (await sha256(statement)) === challenge ? { ...signed, statement } : undefined;
}
