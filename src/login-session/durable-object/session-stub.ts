import { encodeObjectId, stubFromPublicId } from "../../lib/object-id.ts";
import type { LoginSession } from "./login-session.ts";

/** A session's public id is its object's. */
export function sessionIdOf(id: DurableObjectId): string {
  return encodeObjectId(id);
}

/** The object of a session, or undefined for an id that was never one. */
export function sessionStub(
  env: Env,
  sessionId: string,
): DurableObjectStub<LoginSession> | undefined {
  return stubFromPublicId(env.LOGIN_SESSIONS, sessionId);
}
