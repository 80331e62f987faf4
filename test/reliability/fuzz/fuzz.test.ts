import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { ISSUER } from "../../support/api.ts";
import { app } from "../../../src/app.ts";
import { cancelAll, CutShort, FLOWS, type Flow, type FlowWorld } from "./flows.ts";
import { Fuzzer } from "./fuzzer.ts";
import { reportOf } from "./report.ts";
import { ROUTES, samplePath } from "./routes.ts";
import { fuzzedWorker, type FuzzedWorker } from "./worker.ts";

const { seed, mutatedRequests, firstRound } = inject("reliability");

/** Mutated requests for each valid one. */
const PER_REQUEST = 20;

let worker: FuzzedWorker;
beforeAll(async () => {
  worker = await fuzzedWorker();
});
afterAll(() => vi.restoreAllMocks());

function fuzzer(perRequest: number): Fuzzer {
  return new Fuzzer({ worker: worker.env, origin: ISSUER, seed, perRequest });
}

async function play(flow: Flow, fuzzed: Fuzzer): Promise<void> {
  const world: FlowWorld = {
    worker,
    send: fuzzed.send,
    signed: (token, resign) => fuzzed.signed(token, resign),
    odd: () => fuzzed.odd(),
    begun: [],
  };
  try {
    await flow(world);
  } finally {
    await cancelAll(world, async (request) => await app.fetch(request, worker.env));
  }
}

describe("mutated requests", () => {
  it("starts from a valid request for every route", async () => {
    const valid = fuzzer(0);
    for (const flow of FLOWS) await play(flow, valid);
    // Routes without configuration answer 404.
    const without = ["apple-app-site-association", "assetlinks.json"];
    const missing = ROUTES.filter(
      (route) => !valid.accepted.has(route) && !without.some((name) => route.endsWith(name)),
    );
    expect(missing).toEqual([]);
  });

  it(
    "answers mutated requests without server errors except 503, without stack traces and with all security headers",
    async () => {
      const fuzzed = fuzzer(PER_REQUEST);
      for (const level of ["error", "warn"] as const) {
        vi.spyOn(console, level).mockImplementation((...said: unknown[]) =>
          fuzzed.hearLog(said.map(textOf).join(" ")),
        );
      }
      let round = firstRound;
      for (; fuzzed.mutated < mutatedRequests; round += 1) {
        fuzzed.beginRound(round);
        await play(FLOWS[round % FLOWS.length] as Flow, fuzzed).catch((error: unknown) => {
          if (!(error instanceof CutShort)) throw error;
        });
        // A route without a known valid request is fuzzed too.
        const route = ROUTES[round % ROUTES.length] ?? "GET /";
        const [method = "GET"] = route.split(" ");
        const headers: [string, string][] = [["Content-Type", "application/json"]];
        const body = { kind: "json", value: {} } as const;
        await fuzzed.mutate(
          { method, path: samplePath(route), query: [], headers, body },
          route,
          4,
        );
      }
      await fuzzed.finish();
      console.info(reportOf(fuzzed, { seed, rounds: round - firstRound }));
      expect([...fuzzed.flaws.values()].map(({ route, what }) => `${route}: ${what}`)).toEqual([]);
      expect(ROUTES.filter((route) => !fuzzed.sent.has(route))).toEqual([]);
    },
    // A large run has no timeout.
    24 * 3600 * 1000,
  );
});

function textOf(said: unknown): string {
  return said instanceof Error ? (said.stack ?? String(said)) : String(said);
}
