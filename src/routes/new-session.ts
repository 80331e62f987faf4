import type { Context } from "hono";
import { policyOf } from "../config.ts";
import { randomLetters } from "../crypto/random.ts";
import type { NewSession, NewSessionSecrets } from "../object/new-session.ts";
import { sessionIdOf } from "../object/session-stub.ts";
import { userCodesFor } from "../object/user-codes.ts";
import { formatUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from "../protocol/user-code.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";
import { ProblemError } from "./problem-answer.ts";

/** What a login is to be, as whoever asked for it has settled it. */
export type LoginRequest = Omit<NewSession, "codeTtl" | "ttl" | "screen" | "policy"> &
  Partial<Pick<NewSession, "codeTtl">>;

/** A session that was just begun: its names, and its secrets. */
export interface BegunSession extends NewSessionSecrets {
  sessionId: string;
  /** As people type it: WDJB-MJHT. */
  userCode: string;
}

/** Begins a login session, by whichever door the request for it came in. */
export async function newSession(c: Context<AppEnv>, request: LoginRequest): Promise<BegunSession> {
  const { sessionTtl, codeTtl, clients } = c.var.config;
  const client = clients.get(request.clientId);
  if (!client) throw new ProblemError("client_unknown");
  const session = c.env.LOGIN_SESSIONS.get(c.env.LOGIN_SESSIONS.newUniqueId());
  const sessionId = sessionIdOf(session.id);
  const [secrets, userCode] = await Promise.all([
    session.create({
      codeTtl,
      ...request,
      ttl: sessionTtl,
      screen: deviceOf(c.req.raw),
      policy: policyOf(client),
    }),
    registerUserCode(c.env, sessionId, Date.now() + sessionTtl),
  ]);
  return { ...secrets, sessionId, userCode: formatUserCode(userCode) };
}

/** Draws a typed code that stands for no other session. */
async function registerUserCode(env: Env, sessionId: string, expiresAt: number): Promise<string> {
  for (;;) {
    const code = randomLetters(USER_CODE_ALPHABET, USER_CODE_LENGTH);
    if (await userCodesFor(env, code).register(code, sessionId, expiresAt)) return code;
  }
}
