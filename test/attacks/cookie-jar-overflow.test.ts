import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import { REQUEST, SHOP } from "../support/authorization.ts";
import { CREATION, ISSUER, madeUp, post, problemOf, withClients } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { codeOf, TestScreen } from "../support/test-screen.ts";

/**
 * Another site opens our pages again and again in a window of its own. Browsers keep a bounded number of
 * cookies for a site and evict the oldest (RFC 6265 §6.1), so pages that set ever more cookies sign the
 * phone out.
 */

const QUERY = new URLSearchParams(REQUEST).toString();

/** A browser, and the Set-Cookie headers that it received. */
function browserWithLog(): { browser: TestBrowser; set: string[] } {
  const set: string[] = [];
  const worker = withClients({ client_id: "screen" }, SHOP);
  const browser = new TestBrowser(async (request) => {
    request.headers.set("CF-Connecting-IP", `2001:db8:${set.length.toString(16)}::1`);
    const answer = await app.fetch(request, worker);
    set.push(...answer.headers.getSetCookie());
    return answer;
  });
  return { browser, set };
}

describe("a login page that is opened repeatedly", () => {
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

  it("recognizes the five newest codes of the same browser and no older ones", async () => {
    const { browser } = browserWithLog();
    const shown: CreatedSession[] = [];
    for (let n = 0; n < 6; n++) {
      const answer = await browser.post("/sessions", CREATION);
      shown.push(await answer.json<CreatedSession>());
    }
    const scans = await Promise.all(
      shown.map(async (created) =>
        browser.post(`/sessions/${created.session_id}/scan`, await codeOf(created)),
      ),
    );
    expect(scans.map(({ status }) => status)).toEqual([200, 409, 409, 409, 409, 409]);
  });
});

describe("a malformed watch cookie", () => {
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
      const login = await TestScreen.begin();
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
