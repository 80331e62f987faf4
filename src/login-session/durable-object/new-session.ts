import { configOf, sessionLifetime } from "../../config/index.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import type { PendingSession, SessionParameters } from "../domain/session.ts";
import { createSession } from "../domain/transition.ts";
import { authorizationCode } from "./authorization-code.ts";

/** A session that is about to be stored, and its secrets, of which it has only the hashes. */
export interface NewSession {
  session: PendingSession;
  watchToken: string;
  /** Without the account's reference. */
  code: string;
}

export async function newSession(
  env: Env,
  id: string,
  parameters: SessionParameters,
): Promise<NewSession> {
  const watchToken = randomToken();
  // RFC 8628 §5.2: a device code can't be derived from anything else, because it is its own proof.
  const isDevice = parameters.begunBy.grant === "device_code";
  const code = isDevice ? `${id}.${randomToken()}` : await authorizationCode(id, watchToken);
  const hashes = { watchTokenHash: await sha256(watchToken), codeHash: await sha256(code) };
  const createdAt = Date.now();
  const expiresAt = createdAt + sessionLifetime(configOf(env), parameters.begunBy);
  const qrKey = randomToken();
  const session = createSession({ ...parameters, ...hashes, id, qrKey, createdAt, expiresAt });
  return { session, watchToken, code };
}
