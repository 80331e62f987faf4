import type { Context } from "hono";
import type { Result } from "../login/errors.ts";
import type { LoginSession } from "../object/login-session.ts";
import { sessionStub } from "../object/session-stub.ts";
import type { AppEnv } from "./app-env.ts";
import { ProblemError, problemCodeOf } from "./problem-answer.ts";

/** The session that the path names. */
export function findSession(c: Context<AppEnv>): DurableObjectStub<LoginSession> {
  const session = sessionStub(c.env, c.req.param("id") ?? "");
  if (!session) throw new ProblemError("session_not_found");
  return session;
}

/** The value of what went well; what was refused becomes the answer that says so. */
export function unwrap<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new ProblemError(problemCodeOf(result.error));
}
