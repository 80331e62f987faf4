/** The person of a built-in account. Instants are milliseconds since the epoch. */
export interface Profile {
  name: string;
  createdAt: number;
  /** When a confirmed phone or passkey was last used, to the day. Missing in accounts that are older than this field. */
  lastConfirmedUse?: number;
}
