import type { CreatedSession } from "../../../src/protocol/responses.ts";
import { parseLoginPage } from "../../../src/protocol/login-page.ts";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";

/** A user whom a site has redirected here. The requests of our page are made by hand. */
export interface Visit {
  /** The login that is embedded in the page. */
  created: CreatedSession;
  /** Waits for the decision. Returns the response to the site. */
  comesBack: () => Promise<URL | Request>;
}

/** Opens an authorization request and reads the login from the page. */
export async function visit(url: URL): Promise<Visit> {
  const answer = await fetch(url, { redirect: "error" });
  return readVisit(url, answer.status, await answer.text());
}

/** Reads the login from the response to an authorization request. */
export function readVisit(url: URL, status: number, page: string): Visit {
  if (status !== 200) throw new Error(`no page: ${status} ${page}`);
  const json = /<script type="application\/json" id="login">(.*?)<\/script>/s.exec(page)?.[1];
  if (json === undefined) throw new Error("the page has nothing in it");
  const login = parseLoginPage(json);
  if (!("session" in login)) throw new Error("the page has no login in it");
  const { session } = login;
  return { created: session, comesBack: () => comeBack(url.origin, session) };
}

async function comeBack(
  origin: string,
  { session_id, watch_token }: CreatedSession,
): Promise<URL | Request> {
  let version = 0;
  for (;;) {
    const answer = await fetch(`${origin}/sessions/${session_id}`, {
      headers: {
        Authorization: `Bearer ${watch_token}`,
        "If-None-Match": `"${version}"`,
        Prefer: "wait=25",
      },
    });
    if (answer.status === 304) continue;
    const snapshot = parseSnapshot(await answer.text());
    version = snapshot.version;
    if (snapshot.redirect_to !== undefined) return new URL(snapshot.redirect_to);
    if (snapshot.form_post) {
      const { action, parameters } = snapshot.form_post;
      return new Request(action, { method: "POST", body: new URLSearchParams(parameters) });
    }
    if (snapshot.status !== "pending" && snapshot.status !== "scanned") {
      throw new Error(`it does not come back: ${snapshot.status}`);
    }
  }
}
