import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "qr-login-run-test-"));
});
afterEach(() => rmSync(output, { recursive: true }));

const PATIENT = { timeout: 100_000 };

function node(...args: string[]) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const ended = once(child, "close").then(([code]: unknown[]) => code);
  return { child, ended, said: () => said };
}

/** Whether it runs: what has ended, and only waits to be noticed, has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

/** A run that has a folder and a server, and then does this. */
const run = (then: string) =>
  node(
    "--input-type=module",
    "-e",
    `import { cleanUpOnExit } from "./bench/harness/cleanup.ts";
     import { startProcess } from "./bench/harness/processes.ts";
     import { newFolder } from "./bench/harness/workspace.ts";
     cleanUpOnExit();
     const folder = newFolder("disk");
     const args = ["-e", "setInterval(() => {}, 1000)"];
     const server = startProcess({ name: "A server", command: process.execPath, args });
     console.log("server " + server.pid + " in " + folder);
     ${then}`,
  );

describe("a run", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("reports that it was ended by %s and leaves no process", async (signal, code) => {
    const { child, ended, said } = run("setInterval(() => {}, 1000);");
    await expect.poll(said, PATIENT).toMatch(/^server \d+ in .+\n/);
    const [, pid, folder] = /^server (\d+) in (.+)$/m.exec(said()) ?? [];
    // The shell that it begins as has no command line of its own for a moment.
    await expect.poll(() => isAlive(Number(pid)), PATIENT).toBe(true);
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(said()).toContain("Interrupted: nothing was written.");
    await expect.poll(() => isAlive(Number(pid)), PATIENT).toBe(false);
    expect(existsSync(folder ?? "")).toBe(false);
  });

  it("reports an unhandled rejection and leaves no process", async () => {
    const { ended, said } = run('void Promise.reject(new Error("a lost login"));');
    expect(await ended).toBe(1);
    const [, pid, folder] = /^server (\d+) in (.+)$/m.exec(said()) ?? [];
    expect(said()).toMatch(/a lost login[^]*The run has failed: nothing was written/);
    await expect.poll(() => isAlive(Number(pid)), PATIENT).toBe(false);
    expect(existsSync(folder ?? "")).toBe(false);
  });

  it("names the existing suites for an unknown suite", async () => {
    const { ended, said } = node("bench/run.ts", "--output", output, "--only", "everything");
    expect(await ended).toBe(1);
    expect(said()).toMatch(/There is no suite everything\. There are: notification, .*cost\./);
    expect(readdirSync(output)).toEqual([]);
  });
});
