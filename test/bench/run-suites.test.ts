import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Row } from "../../bench/harness/rows.ts";
import { runSuites } from "../../bench/harness/run-suites.ts";
import { withSubjects } from "../../bench/harness/servers.ts";
import { WrongAnswer, type Subject } from "../../bench/harness/subject.ts";
import type { Suite } from "../../bench/harness/suite.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "qr-login-bench-test-"));
});
afterEach(() => rmSync(output, { recursive: true }));

const log = () => undefined;
const row = (measure: string, value: number): Row => ({ measure, subject: "s", unit: "ms", value });
const suite = (name: string, run: Suite["run"]): Suite => ({ name, measures: [name], run });
const written = (): unknown => JSON.parse(readFileSync(join(output, "results.json"), "utf8"));

const first = suite("first", () => Promise.resolve([row("first", 1)]));
const second = suite("second", () => Promise.resolve([row("second", 2)]));
const wrong = suite("second", () => Promise.reject(new WrongAnswer("somebody else's login")));

describe("a run", () => {
  it("writes only the rows of its suites", async () => {
    await runSuites([first, second], { quick: true, output, log });
    expect(written()).toEqual([row("first", 1), row("second", 2)]);
    expect(readdirSync(output).toSorted()).toEqual(["results.json", "run.json"]);
  });

  it("keeps the rows of other suites", async () => {
    await runSuites([first, second], { quick: true, output, log });
    const again = suite("first", () => Promise.resolve([row("first", 3)]));
    await runSuites([again], { quick: true, output, log });
    expect(written()).toEqual([row("second", 2), row("first", 3)]);
  });

  it("writes nothing when a suite gets a wrong answer", async () => {
    await runSuites([first], { quick: true, output, log });
    const better = suite("first", () => Promise.resolve([row("first", 9)]));
    await expect(runSuites([better, wrong], { quick: true, output, log })).rejects.toThrow(
      WrongAnswer,
    );
    expect(written()).toEqual([row("first", 1)]);
  });
});

describe("servers under test", () => {
  const stopped: string[] = [];
  const server = (name: string): Subject => ({
    name,
    about: "",
    start: () =>
      Promise.resolve({
        origin: "",
        pid: 0,
        begin: () => Promise.reject(new WrongAnswer("not a login")),
        cpuSeconds: () => 0,
        memory: () => 0,
        openFiles: () => 0,
        output: () => `${name} is tired`,
        stop: () => {
          stopped.push(name);
          return Promise.resolve();
        },
      }),
  });
  const context = { quick: true, log, note: log, folder: () => output };
  beforeEach(() => stopped.splice(0));

  it("stops all servers when one cannot start and names it", async () => {
    const broken: Subject = {
      ...server("broken"),
      start: () => Promise.reject(new Error("The peer ended before it was ready")),
    };
    const late: Subject = {
      ...server("late"),
      start: async (options) => {
        await new Promise((resolve) => setImmediate(resolve));
        return await server("late").start(options);
      },
    };
    const measured = withSubjects([server("one"), broken, late], context, () =>
      Promise.reject(new Error("measured")),
    );
    await expect(measured).rejects.toThrow("The peer ended before it was ready");
    expect(stopped.toSorted()).toEqual(["late", "one"]);
  });

  it("stops all servers after a wrong answer and prints their output", async () => {
    const measured = withSubjects([server("one"), server("two")], context, async ([started]) =>
      started?.running.begin(),
    );
    await expect(measured).rejects.toThrow(/not a login[^]*one is tired[^]*two is tired/);
    expect(stopped).toEqual(["one", "two"]);
  });
});
