import * as v from "valibot";
import { CreatedSession } from "../protocol/responses.ts";
import type { CreateSessionBody } from "../protocol/requests.ts";
import { LoginError } from "./login-error.ts";
import { fetchJson } from "./request.ts";
import { withRetries } from "./retry.ts";

/**
 * Asks the server for a login session. Where the answer was lost another one is begun, and the first one
 * ends by itself.
 *
 * @throws {LoginError}
 */
export async function createSession(
  issuer: string,
  body: CreateSessionBody,
  signal?: AbortSignal,
): Promise<CreatedSession> {
  const request: RequestInit = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    // The server's own page keeps the watch token as a cookie as well: by that, a browser that opens the
    // link of a code which it shows itself is told so (RFC 10027 §5).
    credentials: "same-origin",
    ...(signal ? { signal } : {}),
  };
  const answer = await withRetries(() => fetchJson(new URL("/sessions", issuer), request), {
    signal,
  });
  const session = v.safeParse(CreatedSession, answer.json);
  if (!session.success) throw new LoginError("protocol", "That is no login session.");
  return session.output;
}
