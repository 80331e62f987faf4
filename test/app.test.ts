import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../src/app.ts";
import { CREATION, ISSUER, problemOf } from "./support/api.ts";

const SHOP = "https://shop.example";
const OTHER = "https://other.example";

/** The Worker with other settings. */
function requestWith(vars: object, path: string, init: RequestInit = {}) {
  return app.request(`${ISSUER}${path}`, init, { ...env, ...vars });
}

const CLIENTS = [
  { client_id: "screen", name: "QR login" },
  { client_id: "shop", name: "The Shop", allowed_origins: [SHOP] },
  { client_id: "other", name: "Other", allowed_origins: [OTHER] },
];
const create = (client_id: string, Origin: string) =>
  requestWith({ CLIENTS }, "/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin },
    body: JSON.stringify({ ...CREATION, client_id }),
  });

describe("a mistake in the configuration", () => {
  it("names a configuration mistake in every response and handles no request", async () => {
    for (const path of ["/sessions", "/account", "/token", "/.well-known/jwks.json", "/q/x"]) {
      const answer = await requestWith({ ISSUER: "http://login.example.com" }, path);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({
        code: "configuration_error",
        detail: expect.stringContaining("ISSUER must be an https origin"),
      });
    }
  });

  it("names a configuration mistake in a setting given as text", async () => {
    const answer = await requestWith({ CLIENTS: '[{"client_id":"shop"}]' }, "/account");
    expect(await answer.json()).toMatchObject({ detail: "CLIENTS[0].name is missing" });
  });
});

describe("pages of other origins", () => {
  it("lets pages of a client's allowed origin start and watch its logins", async () => {
    const answer = await create("shop", SHOP);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(SHOP);
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    const { session_id, watch_token } = await answer.json<Record<string, string>>();
    const watch = (Origin: string, path = "") =>
      requestWith({ CLIENTS }, `/sessions/${session_id}${path}`, {
        headers: { Authorization: `Bearer ${watch_token}`, Origin },
      });
    const own = await watch(SHOP);
    expect([own.status, own.headers.get("Access-Control-Allow-Origin")]).toEqual([200, SHOP]);
    // A page of another client is rejected even with the watch token.
    for (const path of ["", "/events"]) {
      expect(await problemOf(await watch(OTHER, path))).toEqual([403, "origin_not_allowed"]);
    }
  });

  it("rejects the start of another client's login by a page of another origin", async () => {
    expect(await problemOf(await create("other", SHOP))).toEqual([403, "origin_not_allowed"]);
    expect(await problemOf(await create("screen", SHOP))).toEqual([403, "origin_not_allowed"]);
  });

  it.each([SHOP, OTHER, "https://evil.example", "null"])(
    "answers the CORS preflight of the origin %s",
    async (Origin) => {
      const answer = await requestWith({ CLIENTS }, "/sessions/x", {
        method: "OPTIONS",
        headers: { Origin, "Access-Control-Request-Method": "GET" },
      });
      const allowed = answer.headers.get("Access-Control-Allow-Origin");
      expect(allowed).toBe([SHOP, OTHER].includes(Origin) ? Origin : null);
    },
  );

  it.each(["/par", "/token", "/revoke", "/userinfo"])(
    "allows the DPoP header in CORS requests to %s",
    async (path) => {
      const answer = await requestWith({ CLIENTS }, path, {
        method: "OPTIONS",
        headers: { Origin: SHOP, "Access-Control-Request-Method": "POST" },
      });
      expect(answer.headers.get("Access-Control-Allow-Headers")?.split(",")).toContain("DPoP");
    },
  );

  it("allows no CORS for introspection", async () => {
    const answer = await requestWith({ CLIENTS }, "/introspect", { headers: { Origin: SHOP } });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("allows no CORS for accounts", async () => {
    const answer = await requestWith({ CLIENTS }, "/account", { headers: { Origin: SHOP } });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});

describe("an account page", () => {
  it.each(["/devices", "/passkeys", "/history"])("serves the approver page at %s", async (path) => {
    const ASSETS = { fetch: async (url: URL) => new Response(`page of ${url.pathname}`) };
    const answer = await requestWith({ ASSETS }, path);
    expect(await answer.text()).toBe("page of /pages/en/phone");
    // It has no personal data; its script fetches that.
    expect(answer.headers.get("Cache-Control")).toBe("private, no-cache");
  });
});

describe("a scanned link", () => {
  it("opens the phone page for any scanned link and does not claim the login [ASVS-3.5.3]", async () => {
    const ASSETS = { fetch: async (url: URL) => new Response(`page of ${url.pathname}`) };
    const answer = await requestWith({ ASSETS }, "/q/anything.0.x");
    expect(await answer.text()).toBe("page of /pages/en/phone");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Referrer-Policy")).toBe("no-referrer");
  });
});
