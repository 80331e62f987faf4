import type { SessionParameters } from "../domain/session.ts";

/** What the Worker settled about a login before it asks for a session. */
export type NewSession = Pick<
  SessionParameters,
  | "clientId"
  | "scope"
  | "nonce"
  | "redirect"
  | "begunBy"
  | "maxAge"
  | "expectedSub"
  | "dpopJkt"
  | "codeTtl"
  | "screen"
  | "policy"
  | "pushedRequest"
  | "access"
> & {
  /** Milliseconds. */
  ttl: number;
};

/** The secrets of a new session; they are never to be had again. */
export interface NewSessionSecrets {
  watchToken: string;
  qrKey: string;
  /** For a device, which knows its code from the beginning; a screen is told when it is good for something. */
  code: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}
