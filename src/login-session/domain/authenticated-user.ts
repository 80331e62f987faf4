/** The approver, as the phone's credentials prove it. The tokens are made from this. */
export interface AuthenticatedUser {
  sub: string;
  name?: string;
  /** When the person signed in on the phone, in milliseconds since the epoch. */
  authTime?: number;
  /** How they signed in, in the values of RFC 8176. */
  amr?: string[];
  acr?: string;
  /** As the issuer of the phone's token knows it. */
  email?: string;
  emailVerified?: boolean;
  /** Which of the account's phones it is: the hash of its cookie's secret. Missing for an app of another issuer. */
  phone?: string;
}
