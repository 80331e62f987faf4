import type { Context } from "hono";
import { policyOf } from "../../config/index.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { accessTermsOf } from "../../oidc/token/access-terms.ts";
import type { LoginSession } from "../../login-session/durable-object/login-session.ts";
import type {
  NewSession,
  NewSessionSecrets,
} from "../../login-session/durable-object/new-session.ts";
import { sessionIdOf } from "../../login-session/durable-object/session-stub.ts";
import type { AppEnv } from "../app-env.ts";
import { deviceInfoOf } from "../middleware/device-info.ts";
import { newUserCode } from "./new-user-code.ts";
import { ProblemError } from "../middleware/problem-response.ts";

/** What a login is to be, as whoever asked for it has settled it. */
export type LoginRequest = Omit<NewSession, "codeTtl" | "ttl" | "screen" | "policy" | "access"> &
  Partial<Pick<NewSession, "codeTtl">>;

/** A session that was just begun: its names, and its secrets. */
export interface BegunSession extends NewSessionSecrets {
  sessionId: string;
}

/** Begins a login session, by whichever door the request for it came in. A code to type it has only when one is asked for. */
export async function newSession(c: Context<AppEnv>, request: LoginRequest): Promise<BegunSession> {
  // A session that was lost half-way is nobody's: the second try begins another one.
  return await callTwice(() => begin(c, newStub(c), request));
}

/** The same, with a code to type from the beginning: both are made at the same time. */
export async function newSessionToType(
  c: Context<AppEnv>,
  request: LoginRequest,
): Promise<BegunSession & { userCode: string }> {
  return await callTwice(async () => {
    const session = newStub(c);
    const expiresAt = Date.now() + c.var.config.sessionTtl;
    const [begun, userCode] = await Promise.all([
      begin(c, session, request),
      newUserCode(c.env, sessionIdOf(session.id), expiresAt),
    ]);
    return { ...begun, userCode };
  });
}

function newStub(c: Context<AppEnv>): DurableObjectStub<LoginSession> {
  return c.env.LOGIN_SESSIONS.get(c.env.LOGIN_SESSIONS.newUniqueId());
}

async function begin(
  c: Context<AppEnv>,
  session: DurableObjectStub<LoginSession>,
  request: LoginRequest,
): Promise<BegunSession> {
  const { sessionTtl: ttl, codeTtl, clients } = c.var.config;
  const client = clients.get(request.clientId);
  if (!client) throw new ProblemError("client_unknown");
  const screen = deviceInfoOf(c.req.raw);
  const policy = policyOf(client);
  const access = accessTermsOf(request, c.var.config);
  const secrets = await session.create({ codeTtl, ...request, ttl, screen, policy, access });
  return { ...secrets, sessionId: sessionIdOf(session.id) };
}
