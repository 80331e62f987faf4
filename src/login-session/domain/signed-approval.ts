/** A statement (approval-statement.ts) that was signed. The account has verified the assertion. */
export interface SignedApproval {
  statement: string;
  /** Part of the statement, which makes it unique. */
  nonce: string;
  assertion: SignedAssertion;
}

/** The members of AuthenticationResponseJSON (WebAuthn Level 3 §5.1) that prove something. */
export interface SignedAssertion {
  id: string;
  response: { clientDataJSON: string; authenticatorData: string; signature: string };
}
