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

describe("the verdict on a run", () => {
  const flawless = (change: Partial<SoakResult>) => isFlawless(figuresOf({ ...RESULT, ...change }));

  it("is flawless when all logins completed and all kills happened", () => {
    expect(flawless({})).toBe(true);
  });

  it("is not flawless when a login was lost, doubled or reported wrongly", () => {
    expect(flawless(lost)).toBe(false);
    const withFlaw = (flaw: object) => ({ verdicts: [verdict(0), { ...verdict(1), ...flaw }] });
    expect(flawless(withFlaw({ doubled: true }))).toBe(false);
    expect(flawless(withFlaw({ toldOtherwise: true }))).toBe(false);
  });

  it("is not flawless after a server error or with too few kills", () => {
    expect(flawless({ serverErrors: [{ status: 500, request: "", body: "" }] })).toBe(false);
    expect(flawless({ kills: 0 })).toBe(false);
  });
});
