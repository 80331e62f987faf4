import { defined } from "../lib/defined.ts";

/** A request that failed a security check. */
export interface Rejection {
  /** The error code in the answer. */
  error: string;
  /**
   * Which check failed: a code of ours or of the JOSE library, or a message of SimpleWebAuthn. Never a value from the
   * request.
   */
  reason: string;
  /** The registered client that the request names. */
  client?: string | undefined;
  /** The trusted issuer that the access token names. */
  issuer?: string | undefined;
}

/**
 * Logs why a request was rejected, for the operator. The answer has the error code only, so that
 * probing reveals nothing.
 */
export function logRejection({ error, reason, client, issuer }: Rejection): void {
  const line = { event: "request_rejected", error, reason, ...defined({ client, issuer }) };
  console.warn(JSON.stringify(line));
}
