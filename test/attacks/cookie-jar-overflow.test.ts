import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { REQUEST, SHOP } from "../support/authorization.ts";
import { begin, codeOf, CREATION, madeUp, post, problemOf, type Begun } from "../support/api.ts";
import { Browser, ISSUER } from "../support/browser.ts";
import { workerWith } from "../support/relying-party.ts";

/**
 * Another site opens our pages again and again in a window of its own. Browsers keep a bounded number of
 * cookies for a site and evict the oldest (RFC 6265 §6.1), so pages that set ever more cookies sign the
 * phone out.
 */

const QUERY = new URLSearchParams(REQUEST).toString();

/** A browser that knows a client, and what it was told to keep. */
function browserWithLog(): { browser: Browser; set: string[] } {
  const set: string[] = [];
  const worker = workerWith({ client_id: "screen" }, SHOP);
  const browser = new Browser(async (request) => {
    request.headers.set("CF-Connecting-IP", `2001:db8:${set.length.toString(16)}::1`);
    const answer = await app.fetch(request, worker);
    set.push(...answer.headers.getSetCookie());
    return answer;
  });
  return { browser, set };
}

describe("a login page that is opened again and again", () => {
  it("sets a single cookie of bounded length however often the login page is opened [ATTACK-cookie-jar-overflow]", async () => {
    const { browser, set } = browserWithLog();
    for (let n = 0; n < 20; n++) {
      await (await browser.get(`/authorize?${QUERY}`)).body?.cancel();
      await (await browser.get("/")).body?.cancel();
      await (await browser.post("/sessions", CREATION)).body?.cancel();
    }
    expect(set).toHaveLength(60);
    const names = set.map((cookie) => cookie.replace(/=.*; Path=(\S+);.*/, " $1"));
    expect(new Set(names)).toEqual(new Set(["__Host-watch_tokens /"]));
    expect(Math.max(...set.map(({ length }) => length))).toBeLessThan(600);
  });

  it("leaves the browser able to notice the newest five of its own codes, and no more", async () => {
    const { browser } = browserWithLog();
    const shown: Pick<Begun, "created">[] = [];
    for (let n = 0; n < 6; n++) {
      const answer = await browser.post("/sessions", CREATION);
      shown.push({ created: await answer.json() });
    }
    const scans = await Promise.all(
      shown.map(async (login) =>
        browser.post(`/sessions/${login.created.session_id}/scan`, await codeOf(login)),
      ),
    );
    expect(scans.map(({ status }) => status)).toEqual([200, 409, 409, 409, 409, 409]);
  });
});

describe("a cookie of another form", () => {
  const entry = () => `${madeUp()}.${madeUp()}`;
  const listOf = (length: number) => Array.from({ length }, entry).join("~");

  it.each<[string, (own: string) => string]>([
    ["empty", () => ""],
    ["a token alone", (own) => own.slice(44)],
    ["a token too short", (own) => own.slice(0, -1)],
    ["other characters", (own) => `${own.slice(0, -1)}%`],
    ["percent-encoded characters", (own) => `${own.slice(0, -1)}%00`],
    ["more sessions than are kept", (own) => `${own}~${listOf(5)}`],
    ["very many sessions", (own) => `${own}~${listOf(2000)}`],
    ["another separator", (own) => `${own},${entry()}`],
    ["nothing between two separators", (own) => `${own}~~${entry()}`],
    ["quotes", (own) => `"${own}~"`],
  ])(
    "ignores and replaces a malformed watch cookie: %s [ATTACK-cookie-jar-overflow/3]",
    async (_, cookieOf) => {
      const login = await begin();
      const { session_id, watch_token } = login.created;
      const Cookie = `__Host-watch_tokens=${cookieOf(`${session_id}.${watch_token}`)}`;
      const headers = { Cookie, Origin: ISSUER, "Sec-Fetch-Site": "same-origin" };
      const claimed = await post(`/sessions/${session_id}/scan`, { same_device: true }, headers);
      expect(await problemOf(claimed)).toEqual([401, "watch_token_missing"]);
      const answer = await post("/sessions", CREATION, { Cookie });
      expect(answer.headers.get("Set-Cookie")).toMatch(
        /^__Host-watch_tokens=[\w-]{43}\.[\w-]{43}; /,
      );
    },
  );
});
