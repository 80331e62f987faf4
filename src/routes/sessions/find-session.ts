import type { Context } from "hono";
import { errorCodeOf, type LoginResult } from "../../login-session/domain/errors.ts";
import { sessionStub, type SessionStub } from "../../login-session/durable-object/session-stub.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError, problemCodeOf } from "../middleware/problem-response.ts";

/** The session in the path. */
export function requireSession(c: Context<AppEnv>): SessionStub {
  const session = sessionStub(c.env, c.req.param("id") ?? "");
  if (!session) throw new ProblemError("session_not_found");
  return session;
}

/** The value of a result. An error becomes the response. */
export function unwrapOrThrow<Value>(result: LoginResult<Value>): Value {
  if (result.ok) return result.value;
  throw new ProblemError(problemCodeOf(errorCodeOf(result.error)));
}
