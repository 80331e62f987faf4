import type { Context } from "hono";
import type { LoginResult } from "../../login-session/domain/errors.ts";
import type { LoginSession } from "../../login-session/durable-object/login-session.ts";
import { sessionStub } from "../../login-session/durable-object/session-stub.ts";
import type { AppEnv } from "../app-env.ts";
import { ProblemError, problemCodeOf } from "../middleware/problem-response.ts";

/** The session that the path names. */
export function requireSession(c: Context<AppEnv>): DurableObjectStub<LoginSession> {
  const session = sessionStub(c.env, c.req.param("id") ?? "");
  if (!session) throw new ProblemError("session_not_found");
  return session;
}

/** The value of what went well; what was refused becomes the answer that says so. */
export function unwrapOrThrow<Value>(result: LoginResult<Value>): Value {
  if (result.ok) return result.value;
  throw new ProblemError(problemCodeOf(result.error));
}
