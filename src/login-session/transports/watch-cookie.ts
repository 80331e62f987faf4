import { parse } from "hono/utils/cookie";
import * as v from "valibot";

/**
 * The cookie by which a browser presents the watch tokens of the sessions that it shows: the newest
 * few, in one cookie. A cookie for each session would fill the browser's cookie jar, which evicts
 * other cookies of the site when it is full, the phone's own among them (RFC 6265 §6.1).
 *
 * The `__Host-` prefix keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2).
 * `SameSite=Lax`, because /authorize adds to it in answer to a navigation from a client's site, and
 * needs the list as it was. It is still not sent with any other request from another site.
 */
const NAME = "__Host-watch_tokens";

/** Sessions that the cookie holds, the newest first. */
const MAX_SESSIONS = 5;

/** One session: its id and its watch token. */
const ENTRY = "[\\w-]{43}\\.[\\w-]{43}";

const WatchCookie = v.pipe(
  v.string(),
  v.regex(new RegExp(`^${ENTRY}(~${ENTRY}){0,${MAX_SESSIONS - 1}}$`)),
  v.transform((value) => value.split("~")),
);

/** The watch token of a session that this browser shows; undefined where the cookie has none for it. */
export function watchTokenFromCookie(headers: Headers, sessionId: string): string | undefined {
  const prefix = `${sessionId}.`;
  return entriesOf(headers)
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The `Set-Cookie` value that adds a session to those of the request. `maxAge` is in seconds. */
export function addToWatchCookie(
  headers: Headers,
  { sessionId, watchToken }: { sessionId: string; watchToken: string },
  maxAge: number,
): string {
  const entries = [`${sessionId}.${watchToken}`, ...entriesOf(headers)].slice(0, MAX_SESSIONS);
  return `${NAME}=${entries.join("~")}; Max-Age=${maxAge}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}

/** A cookie of any other form is ignored as a whole. */
function entriesOf(headers: Headers): string[] {
  const cookie = v.safeParse(WatchCookie, parse(headers.get("Cookie") ?? "", NAME)[NAME]);
  return cookie.success ? cookie.output : [];
}
