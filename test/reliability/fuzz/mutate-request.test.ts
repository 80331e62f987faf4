import { describe, expect, it } from "vitest";
import { SeededRandom } from "../support/seeded-random.ts";
import { mutateRequest } from "./mutate-request.ts";
import type { Resign } from "./mutate-text.ts";
import { describeRequest, requestOf, shapeOf, type RequestShape } from "./request-shape.ts";
import { routeOf, ROUTES, samplePath } from "./routes.ts";

const REQUEST = new Request("http://localhost/sessions/abc/scan?x=1", {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: "Bearer token" },
  body: JSON.stringify({ t: 1, mac: "A".repeat(16), deep: { list: ["a", "b"] } }),
});

async function mutants(
  count: number,
  seed = 1,
  resigners = new Map<string, Resign>(),
): Promise<RequestShape[]> {
  const shape = await shapeOf(REQUEST);
  const source = { random: new SeededRandom(seed), known: ["known-value"], resigners };
  const all: RequestShape[] = [];
  for (let i = 0; i < count; i += 1) all.push(await mutateRequest(shape, source));
  return all;
}

describe("a mutated request", () => {
  it("makes the same mutation for the same seed", async () => {
    expect(await mutants(50, 1)).toEqual(await mutants(50, 1));
    expect(await mutants(50, 1)).not.toEqual(await mutants(50, 2));
  });

  it("mutates method, path, query, headers and body", async () => {
    const valid = await shapeOf(REQUEST);
    const changed = new Set<string>();
    for (const mutant of await mutants(400)) {
      for (const part of ["method", "path", "query", "headers", "body"] as const) {
        if (JSON.stringify(mutant[part]) !== JSON.stringify(valid[part])) changed.add(part);
      }
    }
    expect([...changed].sort()).toEqual(["body", "headers", "method", "path", "query"]);
  });

  it("inserts foreign and odd values and removes values", async () => {
    const texts = (await mutants(400)).map(describeRequest).join("\n");
    expect(texts).toContain("known-value");
    expect(texts).toContain("__proto__");
    expect((await mutants(400)).some(({ headers }) => headers.length === 1)).toBe(true);
  });

  it("makes mostly sendable requests", async () => {
    const sent = (await mutants(400)).filter((shape) => requestOf(shape, "http://localhost"));
    expect(sent.length).toBeGreaterThan(350);
  });

  it("signs tokens with changed claims", async () => {
    const shape: RequestShape = {
      ...(await shapeOf(REQUEST)),
      headers: [["DPoP", "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.AAAA"]],
      body: { kind: "none" },
    };
    const signed: object[] = [];
    const sign: Resign = async (header, payload) => {
      signed.push({ header, payload });
      return "signed";
    };
    const resigners = new Map([[shape.headers[0]?.[1] ?? "", sign]]);
    const source = { random: new SeededRandom(1), known: [], resigners };
    for (let i = 0; i < 200; i += 1) await mutateRequest(shape, source);
    expect(signed.length).toBeGreaterThan(5);
    expect(signed).not.toContainEqual({ header: { alg: "ES256" }, payload: { jti: "x" } });
  });
});

describe("the routes of the router", () => {
  it("finds the route by method and path", () => {
    expect(routeOf("POST", "/sessions/abc/scan")).toBe("POST /sessions/:id/scan");
    expect(routeOf("POST", "/sessions/scan")).toBe("POST /sessions/scan");
    expect(routeOf("GET", "/nowhere/at/all")).toBeUndefined();
  });

  it("has a distinct sample path for each route", () => {
    expect(ROUTES.length).toBeGreaterThan(50);
    for (const route of ROUTES) {
      const [method = ""] = route.split(" ");
      expect(routeOf(method, samplePath(route)), route).toBeDefined();
    }
  });
});
