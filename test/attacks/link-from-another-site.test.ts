import { describe, expect, it } from "vitest";
import { api, problemOf } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { codeLink } from "../../src/login-session/domain/rotating-code.ts";

/**
 * Another site opens the link of the attacker's login. The page may claim the login without a
 * question only if the browser says that no other site opened it. The behaviour of the page is
 * tested in e2e/attacks/link-from-another-site.test.ts.
 */

const PATH = `/q/${"A".repeat(43)}.0.${"A".repeat(16)}`;

/** Whether the page may claim the login without a question. */
async function mayClaim(path: string, headers: HeadersInit): Promise<boolean> {
  const answer = await api(path, { headers });
  expect(answer.status).toBe(200);
  return (await answer.text()).includes("data-navigation");
}

describe("the page of a scanned link", () => {
  it.each([
    ["a camera app, or an address that was typed", "none", true],
    ["a page of ours", "same-origin", true],
    ["another site", "cross-site", false],
    ["a sibling host", "same-site", false],
    ["a value that isn't known", "unknown", false],
    ["a value in other letters", "NONE", false],
    ["two values", "none, cross-site", false],
    ["an empty value", "", false],
  ])("asks for a confirmation or not when the link is opened by %s", async (_, site, direct) => {
    expect(await mayClaim(PATH, { "Sec-Fetch-Site": site })).toBe(direct);
  });

  it("asks for a confirmation when the browser sends no fetch metadata", async () => {
    expect(await mayClaim(PATH, {})).toBe(false);
    expect(await mayClaim(PATH, { "Sec-Fetch-User": "?1", "Sec-Fetch-Mode": "navigate" })).toBe(
      false,
    );
  });

  it("asks for a confirmation whatever the URL, the referrer or a cookie say", async () => {
    const headers = {
      "Sec-Fetch-Site": "cross-site",
      Referer: "http://localhost:8787/phone",
      Origin: "http://localhost:8787",
      Cookie: "data-navigation=direct",
    };
    expect(await mayClaim(`${PATH}?data-navigation=direct`, headers)).toBe(false);
  });

  it("is not cached and varies by the fetch metadata", async () => {
    const answer = await api(PATH, { headers: { "Sec-Fetch-Site": "none" } });
    await answer.body?.cancel();
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Vary")).toBe("Accept-Language, Sec-Fetch-Site");
  });

  it.each([
    { "Sec-Purpose": "prefetch" },
    { "Sec-Purpose": "prefetch;prerender" },
    { "Sec-Purpose": "prefetch;anonymous-client-ip" },
    { Purpose: "prefetch" },
    { Purpose: "Prefetch" },
    { "X-Purpose": "preview" },
    { "X-Moz": "prefetch" },
  ])(
    "refuses the page of a scanned link to a prefetching browser: %j [ATTACK-link-from-another-site/2]",
    async (purpose) => {
      for (const site of ["none", "same-origin", "cross-site"]) {
        const headers = { ...purpose, "Sec-Fetch-Site": site };
        const answer = await api(PATH, { headers });
        expect(await problemOf(answer)).toEqual([503, "temporarily_unavailable"]);
        expect(answer.headers.get("Retry-After")).toBe("1");
        expect(answer.headers.get("Cache-Control")).toBe("no-store");
      }
    },
  );

  it("claims no login when the link is opened by any method", async () => {
    const login = await TestScreen.begin();
    const { qr } = login.created;
    const path = new URL(codeLink(qr.prefix, await login.code())).pathname;
    for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
      const answer = await api(path, { method, headers: { "Sec-Fetch-Site": "none" } });
      await answer.body?.cancel();
      expect(answer.status).toBe(method === "GET" || method === "HEAD" ? 200 : 405);
    }
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });
});

it("claims a login on no other page when it is opened directly", async () => {
  for (const path of ["/phone", "/devices", "/phone?user_code=WDJB-MJHT"]) {
    expect(await mayClaim(path, { "Sec-Fetch-Site": "none" })).toBe(false);
  }
});
