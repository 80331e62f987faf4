import { note } from "../accounts/note.ts";
import type { Noteworthy } from "../login/command.ts";

/** Puts what happened to a session into the history of the account that it was about. */
export function noteFor(
  env: Env,
  { sub, sessionId, screen, reasons, ...told }: Noteworthy,
): Promise<void> {
  const { browser, system, city, country } = screen ?? {};
  const place = {
    clientId: told.clientId,
    sid: sessionId,
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(city === undefined ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  };
  return told.type === "login_refused"
    ? note(env, sub, { ...place, type: told.type, reasons: [...(reasons ?? [])] })
    : note(env, sub, { ...place, type: told.type });
}
