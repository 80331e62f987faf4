import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { ISSUER } from "../support/api.ts";
import { LIMITS } from "../support/rate-limit-values.ts";
import { workerWithLimits } from "../support/rate-limits.ts";

/**
 * Every route of the router must have a rate limit. A route without
 * one must be listed below, and must not call a Durable Object.
 */

const STATIC = "is the same for everybody, and asks no object";

const WITHOUT_LIMIT: Record<string, string> = {
  "GET /phone": STATIC,
  "GET /devices": STATIC,
  "GET /passkeys": STATIC,
  "GET /history": STATIC,
  "GET /compare": STATIC,
  "GET /q/:code": STATIC,
  "GET /built/:file": STATIC,
  "GET /.well-known/openid-configuration": STATIC,
  "GET /.well-known/oauth-authorization-server": STATIC,
  "GET /.well-known/apple-app-site-association": STATIC,
  "GET /.well-known/assetlinks.json": STATIC,
};

/** Handlers only: middleware and 405 responses are registered for all methods or for "*". */
const routes = [
  ...new Map(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
      .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
  ),
];
const limited = routes.filter(([name]) => WITHOUT_LIMIT[name] === undefined);
const unlimited = routes.filter(([name]) => WITHOUT_LIMIT[name] !== undefined);

/** A path of the route. Parameters are ids of 43 characters, or of 16 if the route says so. */
function pathOf(path: string): string {
  return path
    .replace(":file", "compare.js")
    .replaceAll(/:\w+\{\[[^\]]*\]\{(\d+)(,\d+)?\}\}/g, (_, length) =>
      "x".repeat(Math.max(Number(length), 16)),
    )
    .replaceAll(/:\w+/g, "x".repeat(43));
}

type NamespaceName = {
  [Name in keyof Env]: Env[Name] extends DurableObjectNamespace<infer _> ? Name : never;
}[keyof Env];

const NAMESPACES: Record<NamespaceName, true> = {
  LOGIN_SESSIONS: true,
  USER_CODES: true,
  SIGNING_KEYS: true,
  ACCOUNTS: true,
  RECOVERY_CODES: true,
  REPLAYS: true,
  PUSHED_REQUESTS: true,
  CALLBACK_INBOX: true,
  PUSH_KEYS: true,
  RECEIVER_CIRCUITS: true,
};

let asked: string[] = [];
beforeEach(() => {
  asked = [];
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

/** The Worker with namespaces whose objects must not be called. */
function withoutObjects(worker: Env): Env {
  const forbidden = Object.keys(NAMESPACES).map((name) => [
    name,
    new Proxy(
      {},
      {
        get() {
          asked.push(name);
          throw new Error(`${name} was asked`);
        },
      },
    ),
  ]);
  return { ...worker, ...Object.fromEntries(forbidden) };
}

function send(worker: Env, { method, path }: { method: string; path: string }) {
  const headers = {
    Origin: ISSUER,
    "Sec-Fetch-Site": "same-origin",
    "CF-Connecting-IP": "2001:db8:1:2::3",
    Cookie: `__Host-phone=pk_${"x".repeat(43)}.${"x".repeat(43)}; watch=${"x".repeat(43)}`,
    ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
  };
  const body = method === "GET" ? {} : { body: "{}" };
  const request = new Request(`${ISSUER}${pathOf(path)}`, { method, headers, ...body });
  return app.fetch(request, worker, createExecutionContext());
}

const none = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 0]));

it("finds the routes of the router", () => {
  expect(limited.length).toBeGreaterThan(40);
  expect(unlimited.map(([name]) => name).toSorted()).toEqual(Object.keys(WITHOUT_LIMIT).toSorted());
});

describe.each(limited)("%s", (_, route) => {
  it("refuses a network over its limit before it calls any object [RFC10027-6.1.11/3]", async () => {
    const answer = await send(withoutObjects(workerWithLimits(none)), route);
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "60"]);
    expect(asked).toEqual([]);
  });

  it("counts a request for each network of its address", async () => {
    const worker = workerWithLimits();
    await send(withoutObjects(worker), route);
    const keys = Object.keys(LIMITS).flatMap((name) => [
      ...(Object.entries(worker)
        .find(([binding]) => binding === name)?.[1]
        .counts.keys() ?? []),
    ]);
    for (const cidr of ["2001:db8:1:2::/64", "2001:db8:1:0::/56", "2001:db8:1::/48"]) {
      expect(keys.filter((key) => String(key).includes(cidr))).toHaveLength(1);
    }
  });
});

describe.each(unlimited)("%s", (_, route) => {
  it("calls no object in a route without a rate limit", async () => {
    const answer = await send(withoutObjects(workerWithLimits(none, env)), route);
    expect(answer.status).toBeLessThan(500);
    expect(answer.status).not.toBe(429);
    expect(asked).toEqual([]);
  });
});
