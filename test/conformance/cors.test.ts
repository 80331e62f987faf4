import { describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { CREATION, ISSUER, sendFrom, withClients, withConfig } from "../support/api.ts";
import { workerWithLimits } from "../support/rate-limits.ts";
import { TestScreen } from "../support/test-screen.ts";

// Rejected requests are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
vi.spyOn(console, "error").mockImplementation(() => undefined);

/**
 * CORS (Fetch §3.2). The cases of public documents and of client-based endpoints follow the test list of the npm package
 * oidc-provider (test/cors).
 */

const PAGE = "https://tv.example";
const STRANGER = "https://evil.example";
const worker = withClients(
  { client_id: "tv", allowed_origins: [PAGE], redirect_uris: [`${PAGE}/back`] },
  { client_id: "server", client_secret_sha256: "0".repeat(64) },
);

interface CorsRequest {
  origin: string;
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  env?: Env;
}

async function send(path: string, request: CorsRequest): Promise<Response> {
  const { origin, method = "GET", headers = {}, body, env = worker } = request;
  const all = { ...headers, Origin: origin };
  const answer = await app.request(
    `${ISSUER}${path}`,
    { method, headers: all, ...(body === undefined ? {} : { body }) },
    env,
  );
  await answer.body?.cancel();
  return answer;
}

const preflight = (path: string, origin: string, requested?: string) =>
  send(path, {
    origin,
    method: "OPTIONS",
    headers: {
      "Access-Control-Request-Method": "POST",
      ...(requested === undefined ? {} : { "Access-Control-Request-Headers": requested }),
    },
  });

/** The names in a header that is a list. */
function listOf(answer: Response, name: string): string[] {
  return (answer.headers.get(name) ?? "").split(",").map((item) => item.trim().toLowerCase());
}

const allowedOrigin = (answer: Response) => answer.headers.get("Access-Control-Allow-Origin");

const TRACING = "traceparent,baggage,sentry-trace,x-requested-with,authorization,x-anything";

const PUBLIC_DOCUMENTS = [
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
];

describe.each(PUBLIC_DOCUMENTS)("%s", (path) => {
  it("has CORS open", async () => {
    const answer = await send(path, { origin: STRANGER });
    expect([answer.status, allowedOrigin(answer)]).toEqual([200, "*"]);
    expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
  });

  it.each([PAGE, STRANGER, "null", ISSUER])(
    "answers the preflight of a page of %s, whatever headers it adds [FETCH-3.2]",
    async (origin) => {
      const answer = await preflight(path, origin, TRACING);
      expect([answer.status, allowedOrigin(answer)]).toEqual([204, "*"]);
      expect(answer.headers.get("Access-Control-Allow-Headers")).toBe(TRACING);
      expect(answer.headers.get("Access-Control-Allow-Methods")).toBe("GET");
    },
  );

  it("has CORS open for errors", async () => {
    const refused = await send(path, { origin: STRANGER, method: "POST" });
    expect([refused.status, allowedOrigin(refused)]).toEqual([405, "*"]);
    const misconfigured = withConfig({ ISSUER: "nonsense" });
    const failed = await send(path, { origin: STRANGER, env: misconfigured });
    expect([failed.status, allowedOrigin(failed)]).toEqual([500, "*"]);
  });
});

it("lets pages of any origin read that they ask for the key set too often", async () => {
  const limited = workerWithLimits({ TOKEN_LIMIT: 0 }, worker);
  const answer = await send("/.well-known/jwks.json", { origin: STRANGER, env: limited });
  expect([answer.status, allowedOrigin(answer)]).toEqual([429, "*"]);
});

it("answers 304 for an unchanged document with CORS open", async () => {
  const path = "/.well-known/openid-configuration";
  const etag = (await send(path, { origin: STRANGER })).headers.get("ETag") ?? "";
  const headers = { "If-None-Match": etag };
  const answer = await send(path, { origin: STRANGER, headers });
  expect([answer.status, allowedOrigin(answer)]).toEqual([304, "*"]);
});

const CLIENT_PATHS = ["/device_authorization", "/token", "/revoke", "/par", "/userinfo"];

describe.each([...CLIENT_PATHS, "/sessions", `/sessions/${"x".repeat(43)}/events`])(
  "%s",
  (path) => {
    it("answers the preflight of a registered origin, whatever headers the page adds", async () => {
      for (const requested of ["dpop", "content-type,authorization", TRACING]) {
        const answer = await preflight(path, PAGE, requested);
        expect([answer.status, allowedOrigin(answer)]).toEqual([204, PAGE]);
        expect(answer.headers.get("Access-Control-Allow-Headers")).toBe(requested);
        expect(answer.headers.get("Access-Control-Allow-Methods")).toBe("GET, POST");
        expect(listOf(answer, "Vary")).toEqual(["origin", "access-control-request-headers"]);
        expect(answer.headers.has("Access-Control-Allow-Credentials")).toBe(false);
      }
      expect(listOf(await preflight(path, PAGE), "Access-Control-Allow-Headers")).toContain("dpop");
    });

    it.each([
      STRANGER,
      "null",
      "file://",
      `${PAGE}.evil.example`,
      `${PAGE}/`,
      "https://TV.example",
    ])("has CORS closed for %s [ASVS-3.4.2/2]", async (origin) => {
      const answers = [
        await preflight(path, origin, "dpop"),
        await send(path, { origin, method: "POST" }),
      ];
      for (const answer of answers) {
        expect(allowedOrigin(answer)).toBeNull();
        expect(listOf(answer, "Vary")).toContain("origin");
      }
    });

    it("has CORS open for a registered origin in an error", async () => {
      for (const method of ["POST", "PUT"]) {
        const answer = await send(path, { origin: PAGE, method });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(allowedOrigin(answer)).toBe(PAGE);
        expect(listOf(answer, "Vary")).toContain("origin");
      }
    });
  },
);

describe("a registered origin", () => {
  const form = (parameters: Record<string, string>) => ({
    origin: PAGE,
    method: "POST",
    body: new URLSearchParams(parameters),
  });

  it.each<[number, string, Partial<CorsRequest>]>([
    [200, "/device_authorization", form({ client_id: "tv" })],
    [401, "/token", form({ client_id: "server", client_secret: "x" })],
    [400, "/token", form({ client_id: "tv", grant_type: "x" })],
    [400, "/token", form({ client_id: "tv", padding: "x".repeat(10_000) })],
    [413, "/sessions", { method: "POST", body: "x".repeat(20_000) }],
    [401, "/userinfo", {}],
    [404, "/sessions/x/nothing", { method: "POST" }],
    [405, "/token", { method: "DELETE" }],
    [
      429,
      "/token",
      { ...form({ client_id: "tv" }), env: workerWithLimits({ TOKEN_LIMIT: 0 }, worker) },
    ],
  ])(
    "lets a page read the status %i of %s, and the headers it needs",
    async (status, path, init) => {
      const answer = await send(path, { origin: PAGE, ...init });
      expect([answer.status, allowedOrigin(answer)]).toEqual([status, PAGE]);
      expect(listOf(answer, "Access-Control-Expose-Headers")).toEqual(
        expect.arrayContaining(["dpop-nonce", "www-authenticate", "retry-after"]),
      );
    },
  );

  it("lets a page read an internal error", async () => {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ ...CREATION, client_id: "tv" });
    // Without a binding, the route throws.
    const { LOGIN_SESSIONS: _, ...rest } = worker;
    const env: Env = Object.assign(Object.create(null), rest);
    const answer = await send("/sessions", { origin: PAGE, method: "POST", headers, body, env });
    expect([answer.status, allowedOrigin(answer)]).toEqual([500, PAGE]);
  });
});

it.each(["/introspect", "/account", "/authorize", "/end_session"])(
  "has CORS closed for every origin at %s",
  async (path) => {
    for (const origin of [PAGE, STRANGER]) {
      const answers = [
        await send(path, { origin, method: "POST" }),
        await preflight(path, origin, "authorization"),
      ];
      for (const answer of answers) expect(allowedOrigin(answer)).toBeNull();
    }
  },
);

/** Origins of apps that show their own files: Capacitor, Ionic, Tauri and browser extensions. */
const APPS = [
  "capacitor://localhost",
  "ionic://localhost",
  "tauri://localhost",
  "http://tauri.localhost",
  "https://tauri.localhost",
  "https://localhost",
  "http://localhost",
  "app://com.example.app",
  "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
  "moz-extension://6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  "safari-web-extension://6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
];

describe.each(APPS)("the app with the origin %s", (origin) => {
  it("starts, watches and cancels a login if its origin is registered", async () => {
    const setting = { worker: withClients({ client_id: "screen", allowed_origins: [origin] }) };
    const screen = await TestScreen.begin({}, { ...setting, headers: { Origin: origin } });
    const ask = (path: string, headers: Record<string, string>, method = "GET") => {
      const url = `${ISSUER}/sessions/${screen.created.session_id}${path}`;
      return sendFrom(
        setting,
        new Request(url, { method, headers: { ...headers, Origin: origin } }),
      );
    };

    const watched = await ask("", screen.bearer);
    expect([watched.status, allowedOrigin(watched)]).toEqual([200, origin]);

    const subprotocols = `qr-login.v1, bearer.${screen.created.watch_token}`;
    const { status, webSocket } = await ask("/socket", {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": subprotocols,
    });
    webSocket?.accept();
    webSocket?.close();
    expect(status).toBe(101);

    const cancelled = await ask("/cancel", screen.bearer, "POST");
    expect([cancelled.status, allowedOrigin(cancelled)]).toEqual([204, origin]);
  });

  it("is refused if its origin is not registered", async () => {
    const headers = { Origin: origin };
    const other = {
      worker: withClients({ client_id: "screen", allowed_origins: [PAGE] }),
      headers,
    };
    await expect(TestScreen.begin({}, other)).rejects.toThrow("origin_not_allowed");
  });
});
