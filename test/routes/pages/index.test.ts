import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../../src/app.ts";
import { parseCodeLink } from "../../../src/login-session/domain/rotating-code.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { qrSvg } from "../../../src/lib/qr/svg.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { SERVER_TEXTS } from "../../../src/i18n/server-texts.ts";
import { api, ISSUER, post, problemOf, redeem } from "../../support/api.ts";
import { approve, codeOf } from "../../support/test-screen.ts";
import { embedded } from "../../support/authorization.ts";

/** A navigation request of a browser. */
const open = (path: string, headers: HeadersInit = {}, worker: object = {}) =>
  app.request(`${ISSUER}${path}`, { headers }, { ...env, ...worker });
const begun = async () => (await listDurableObjectIds(env.LOGIN_SESSIONS)).length;

async function ownLogin(page: Response) {
  const content = await embedded(page);
  if (!("own" in content)) throw new Error("the page has no login of its own");
  return content;
}

describe("the screen's page", () => {
  it("serves the login page with a login session that can be scanned and redeemed", async () => {
    const { session, own } = await ownLogin(await open("/"));
    const stub = sessionStub(env, session.session_id);
    if (!stub) throw new Error("the session has no object");
    const scanned = await post(`/sessions/${session.session_id}/scan`, await codeOf(session));
    const { scan_token } = await scanned.json<{ scan_token: string }>();
    await approve(stub, scan_token);
    const headers = { Authorization: `Bearer ${session.watch_token}` };
    const snapshot = await api(`/sessions/${session.session_id}`, { headers });
    const { code = "" } = await snapshot.json<Snapshot>();
    expect((await redeem(code)).status).toBe(400);
    const answer = await redeem(code, { code_verifier: own.verifier });
    expect(answer.status).toBe(200);
    const { id_token = "" } = await answer.json<TokenResponse>();
    const claims: unknown = JSON.parse(
      atob(id_token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""),
    );
    expect(claims).toMatchObject({ nonce: own.nonce, aud: "screen" });
  });

  it("renders the first QR code in the login page without a user code", async () => {
    const html = await (await open("/")).text();
    const [, link = ""] = /data-link="([^"]+)"/.exec(html) ?? [];
    expect(parseCodeLink(link)).toMatchObject({ t: 0 });
    expect(html).toContain(qrSvg(link, SERVER_TEXTS.en.SCAN_PROMPT.qr));
    expect(html).toContain('data-state="pending"');
    expect(html).not.toContain("user_code");
  });

  it("serves the login page without caching and with one inline style by nonce", async () => {
    const pages = [await open("/"), await open("/")];
    const nonces = await Promise.all(
      pages.map(async (page) => {
        expect(page.headers.get("Cache-Control")).toBe("no-store");
        const policy = page.headers.get("Content-Security-Policy") ?? "";
        const [, nonce] = /style-src 'nonce-([\w-]{43})';/.exec(policy) ?? [];
        expect(policy).toContain("script-src 'self';");
        expect(policy).not.toContain("unsafe");
        const html = await page.text();
        expect(html.match(/<style[^>]*>/g)).toEqual([`<style nonce="${nonce}">`]);
        expect(html).not.toMatch(/ style="| on\w+="/);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it.each([
    ["a prefetch", { "Sec-Purpose": "prefetch" }],
    ["a prerendering", { "Sec-Purpose": "prefetch;prerender" }],
    ["a prefetch of an older browser", { Purpose: "prefetch" }],
  ])("answers 503 and starts no login for %s", async (_, headers) => {
    const before = await begun();
    for (const path of ["/", "/authorize?client_id=screen", "/q/anything"]) {
      const answer = await open(path, headers);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("Cache-Control")).toBe("no-store");
    }
    expect(await begun()).toBe(before);
  });

  it("starts no login for HEAD /", async () => {
    const before = await begun();
    const answer = await app.request(`${ISSUER}/`, { method: "HEAD" }, env);
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    expect(await begun()).toBe(before);
    const posted = await app.request(`${ISSUER}/`, { method: "POST" }, env);
    expect([posted.status, posted.headers.get("Allow")]).toEqual([405, "GET"]);
  });

  it("serves the login page without a login if its client is not registered", async () => {
    const CLIENTS = [{ client_id: "shop", name: "Shop" }];
    const html = await (await open("/", {}, { CLIENTS })).text();
    expect(html).toContain('data-state="starting"');
    expect(html).not.toMatch(/data-link|id="login"|class="view/);
  });

  it("shows the rate limit in the user's language", async () => {
    const CREATE_LIMIT = { limit: async () => ({ success: false }) };
    const before = await begun();
    const answer = await open("/", { "Accept-Language": "fr" }, { CREATE_LIMIT });
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "60"]);
    expect(await answer.text()).toContain(SERVER_TEXTS.fr.SERVER.tooManyLogins.title);
    expect(await begun()).toBe(before);
  });
});

describe.each([
  ["en-US,en;q=0.9", "en"],
  ["de-AT,de;q=0.9,en;q=0.8", "de"],
  ["fr", "fr"],
] as const)("for who accepts %s", (accepted, language) => {
  const headers = { "Accept-Language": accepted };

  it.each(["/", "/phone", "/compare", "/q/anything", "/authorize"])(
    "serves %s in the user's language",
    async (path) => {
      const page = await open(path, headers);
      expect(page.headers.get("Content-Language")).toBe(language);
      expect(page.headers.get("Vary")?.split(", ")).toContain("Accept-Language");
      expect(page.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      const html = await page.text();
      expect(html).toContain(`<html lang="${language}">`);
      // The build has replaced every placeholder.
      expect(
        html.replace(/<style.*<\/style>|<script type="application.*<\/script>/gs, ""),
      ).not.toMatch(/[{}]/);
    },
  );

  it("shows a configuration mistake to a browser in the user's language", async () => {
    const ISSUERS = [{ issuer: "nonsense" }];
    const page = await open("/", { ...headers, Accept: "text/html,*/*" }, { ISSUERS });
    expect(page.status).toBe(500);
    const html = await page.text();
    expect(html).toContain(SERVER_TEXTS[language].SERVER.misconfigured.title);
    expect(html).toContain("ISSUERS[0].issuer");
    const answer = await open("/", { ...headers, Accept: "*/*" }, { ISSUERS });
    expect(await problemOf(answer)).toEqual([500, "configuration_error"]);
  });
});

it("answers 304 for an unchanged page with its ETag", async () => {
  const first = await open("/phone", { "Accept-Language": "de" });
  const etag = first.headers.get("ETag") ?? "";
  expect([etag === "", first.headers.get("Cache-Control")]).toEqual([false, "private, no-cache"]);
  await first.body?.cancel();
  const again = await open("/phone", { "Accept-Language": "de", "If-None-Match": etag });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const other = await open("/phone", { "Accept-Language": "fr", "If-None-Match": etag });
  expect(other.status).toBe(200);
  await other.body?.cancel();
});

it("serves no page templates", async () => {
  expect((await open("/pages/en/screen")).status).toBe(404);
});
