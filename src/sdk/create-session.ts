import * as v from "valibot";
import { CreatedSession } from "../protocol/responses.ts";
import { LoginError } from "./login-error.ts";
import { fetchJson } from "./request.ts";
import { withRetries } from "./retry.ts";

/**
 * Creates a login session. If the response is lost, another session is created, and the first one expires.
 *
 * @throws {LoginError}
 */
export async function createSession(
  issuer: string,
  body: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<CreatedSession> {
  const request: RequestInit = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    // On the server's own page, the response sets a cookie. By it the server detects that the browser which
    // opens the link of a code is the one that displays the code (RFC 10027 §5).
    credentials: "same-origin",
    ...(signal ? { signal } : {}),
  };
  const response = await withRetries(() => fetchJson(new URL("/sessions", issuer), request), {
    signal,
  });
  const session = v.safeParse(CreatedSession, response.json);
  if (!session.success) throw new LoginError("protocol", "Not a login session.");
  return session.output;
}
