import { parse } from "hono/utils/cookie";
import * as v from "valibot";
import type { CreatedSession } from "../../protocol/responses.ts";

/**
 * The cookie with the watch tokens of the sessions that the browser shows: only the newest few, in one
 * cookie. One cookie for each session would fill the browser's cookie jar, which then evicts other
 * cookies of the site, such as the phone's (RFC 6265 §6.1).
 *
 * The `__Host-` prefix keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2). It is
 * `SameSite=Lax` because /authorize, which is a navigation from a client's site, must read the list to
 * add to it. Other requests from other sites still don't send it.
 */
const NAME = "__Host-watch_tokens";

/** Sessions in the cookie, the newest first. */
const MAX_SESSIONS = 5;

/** One session: its id and its watch token. */
const ENTRY = "[\\w-]{43}\\.[\\w-]{43}";

const WatchCookie = v.pipe(
  v.string(),
  v.regex(new RegExp(`^${ENTRY}(~${ENTRY}){0,${MAX_SESSIONS - 1}}$`)),
  v.transform((value) => value.split("~")),
);

/** The watch token of a session, if this browser shows it. */
export function watchTokenFromCookie(headers: Headers, sessionId: string): string | undefined {
  const prefix = `${sessionId}.`;
  return entriesOf(headers)
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The `Set-Cookie` value that adds a session to the cookie of the request. */
export function addToWatchCookie(
  headers: Headers,
  { session_id, watch_token, expires_in }: CreatedSession,
): string {
  const entries = [`${session_id}.${watch_token}`, ...entriesOf(headers)].slice(0, MAX_SESSIONS);
  return `${NAME}=${entries.join("~")}; Max-Age=${expires_in}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}

/** A malformed cookie is ignored as a whole. */
function entriesOf(headers: Headers): string[] {
  const cookie = v.safeParse(WatchCookie, parse(headers.get("Cookie") ?? "", NAME)[NAME]);
  return cookie.success ? cookie.output : [];
}
