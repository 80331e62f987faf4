import type { AccountClaims, Device } from "./session.ts";

/** What a redeemed code gives its client a right to: what the tokens are made from. */
export interface Grant {
  sessionId: string;
  clientId: string;
  /** Separated by spaces. */
  scope: string;
  nonce?: string;
  account: AccountClaims;
  /** Milliseconds since the epoch. */
  approvedAt: number;
  /** What was logged in, as the server saw it when the login was begun. */
  screen: Device;
}
