import { describe, expect, it } from "vitest";
import type { SoakResult } from "./run-soak.ts";
import { figuresOf, isFlawless, tableOf } from "./table.ts";
import type { LoginReport } from "./verdict.ts";

const report = (index: number, transport: LoginReport["transport"]): LoginReport => ({
  ...{ index, transport, decision: "approve", sub: "ada", sessionId: String(index) },
  ...{ acknowledged: true, finished: true, gone: false, told: [], tokens: [] },
});

const verdict = (index: number) => ({
  ...{ index, outcome: "completed" as const, doubled: false, toldOtherwise: false },
  reasons: [] as string[],
});

const RESULT: SoakResult = {
  options: {
    ...{ logins: 2, kills: 1, seed: 5, atOnce: 1, lostAnswers: 0, sessionTtl: 60 },
    log: () => undefined,
  },
  reports: [report(0, "websocket"), report(1, "callback")],
  verdicts: [verdict(0), verdict(1)],
  serverErrors: [],
  ...{ kills: 1, requests: 20, repeats: 3, lostAnswers: 0, seconds: 9.6 },
};

const lost = {
  ...RESULT,
  verdicts: [verdict(0), { ...verdict(1), outcome: "lost" as const, reasons: ["no tokens"] }],
};

describe("the table of a run", () => {
  it("counts the logins of each transport and of all", () => {
    expect(tableOf(lost)).toBe(`\
           logins  completed  lost  doubled  told otherwise
websocket       1          1     0        0               0
sse             0          0     0        0               0
long-poll       0          0     0        0               0
callback        1          0     1        0               0
all             2          1     1        0               0

seed 5; approve 2
1 of 1 kills; 20 requests and connections, 3 repeated, 0 answers lost on purpose
0 server errors other than 503; 10 s

- login 1 (callback, approve): no tokens`);
  });

  it("shows each server error with its request", () => {
    const serverErrors = [{ status: 500, request: "POST /token", body: "{}" }];
    expect(tableOf({ ...RESULT, serverErrors })).toContain("- 500 POST /token: {}");
  });
});

describe("a run is flawless", () => {
  const flawless = (change: Partial<SoakResult>) => isFlawless(figuresOf({ ...RESULT, ...change }));

  it("where every login was completed, and every kill came", () => {
    expect(flawless({})).toBe(true);
  });

  it("not where a login was lost, doubled or told otherwise", () => {
    expect(flawless(lost)).toBe(false);
    const withFlaw = (flaw: object) => ({ verdicts: [verdict(0), { ...verdict(1), ...flaw }] });
    expect(flawless(withFlaw({ doubled: true }))).toBe(false);
    expect(flawless(withFlaw({ toldOtherwise: true }))).toBe(false);
  });

  it("not where the server answered an error, or was not killed often enough", () => {
    expect(flawless({ serverErrors: [{ status: 500, request: "", body: "" }] })).toBe(false);
    expect(flawless({ kills: 0 })).toBe(false);
  });
});
