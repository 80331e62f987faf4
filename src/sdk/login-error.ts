/**
 * A failure, with a stable `code`:
 *
 * - `network`: there was no response, or it was cut off;
 * - `protocol`: the response isn't as documented, for instance because a proxy sent it;
 * - `not_logged_in`: there is no access token yet;
 * - `insecure_context`: the page was not loaded over https, so it can't use Web Cryptography;
 * - any `code` of the session API's problem documents (RFC 9457), such as `too_many_requests`;
 * - any `error` of the token endpoint (RFC 6749 §5.2), such as `invalid_grant`.
 */
export class LoginError extends Error {
  /** The name under which the SDK exports this class. */
  override name = "LoginFailure";
  readonly code: string;
  /** The HTTP status, if there was a response. */
  readonly status: number | undefined;
  /** `Retry-After` in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { status?: number; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status;
    this.retryAfter = options.retryAfter;
  }
}

/** Whether a repeated request would fail again: the server refused it, and not for being busy. */
export function isFinal(error: unknown): error is LoginError {
  if (!(error instanceof LoginError) || error.status === undefined) return false;
  // A proxy responded: the server's own 4xx responses have a problem document.
  if (error.code === "protocol") return false;
  return error.status >= 400 && error.status < 500 && error.status !== 429;
}
