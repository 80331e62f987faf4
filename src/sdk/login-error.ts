/**
 * What went wrong, by a stable `code`:
 *
 * - `network`: no answer came, or it broke off;
 * - `protocol`: an answer came that isn't as documented, so something else gave it;
 * - `not_logged_in`: there is no access token to send yet;
 * - `insecure_context`: the page was not loaded over https, so browsers withhold cryptography;
 * - any `code` of the session API's problems (RFC 9457), such as `too_many_requests`;
 * - any `error` of the token endpoint (RFC 6749 §5.2), such as `invalid_grant`.
 */
export class LoginError extends Error {
  override name = "LoginFailure";
  readonly code: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Milliseconds that the server asks to wait before another try. */
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

/** Whether asking again is no use: the server itself said no, and not for being busy or broken. */
export function isFinal(failure: unknown): failure is LoginError {
  if (!(failure instanceof LoginError) || failure.status === undefined) return false;
  // A 4xx without a problem document was made by something on the way, such as a proxy.
  if (failure.code === "protocol") return false;
  return failure.status >= 400 && failure.status < 500 && failure.status !== 429;
}
