import { encodeObjectId, stubFromPublicId } from "../../lib/object-id.ts";

/** The stub's type comes from the environment, because login-session.ts imports this file. */
export type SessionStub = ReturnType<Env["LOGIN_SESSIONS"]["get"]>;

/** A session's public id is the id of its object. */
export function sessionIdOf(id: DurableObjectId): string {
  return encodeObjectId(id);
}

/** The object of a session. Undefined if the runtime never made this id. */
export function sessionStub(env: Env, sessionId: string): SessionStub | undefined {
  return stubFromPublicId(env.LOGIN_SESSIONS, sessionId);
}
