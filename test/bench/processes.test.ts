import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { killAll, runProcess, startProcess } from "../../bench/harness/processes.ts";

/** A server of one line of JavaScript. */
const start = (script: string) =>
  startProcess({ name: "The server", command: process.execPath, args: ["-e", script] });

const WAITS = "setInterval(() => {}, 1000)";

/** Whether it runs: what has ended, and only waits to be noticed, has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

describe("a server's process", () => {
  it("reports readiness and resource use", async () => {
    const server = start(`console.log("listening 1234"); ${WAITS}`);
    const [, port] = await server.says(/^listening (\d+)$/);
    expect(port).toBe("1234");
    expect(server.memory()).toBeGreaterThan(1_000_000);
    expect(server.cpuSeconds()).toBeGreaterThanOrEqual(0);
    expect(server.openFiles()).toBeGreaterThan(3);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  it("reads the third output stream", async () => {
    const server = start(`require("fs").writeSync(3, "ready\\n"); ${WAITS}`);
    await server.says(/^ready$/);
    await server.stop();
  });

  it("fails with its output when the server ends before it is ready", async () => {
    const server = start(`console.error("port 80 is in use"); process.exit(1)`);
    await expect(server.says(/^ready$/)).rejects.toThrow(
      /The server ended before it was ready:[^]*port 80 is in use/,
    );
  });

  it("ends a server with its children even if it ignores the signal", async () => {
    const server = start(`
      process.on("SIGTERM", () => {});
      const { spawn } = require("child_process");
      const child = spawn(process.execPath, ["-e", "${WAITS}"]);
      console.log("child " + child.pid);
      ${WAITS}`);
    const [, child] = await server.says(/^child (\d+)$/);
    killAll();
    await expect.poll(() => [server.pid, Number(child)].filter(isAlive)).toEqual([]);
  });
});

describe("a program that runs to its end", () => {
  const run = (script: string) =>
    runProcess({ name: "The program", command: process.execPath, args: ["-e", script] });

  it("waits for the end of a program", async () => {
    await expect(run("setTimeout(() => {}, 10)")).resolves.toBeUndefined();
  });

  it("fails with its output when a program fails", async () => {
    await expect(run(`console.error("no such file"); process.exit(3)`)).rejects.toThrow(
      /The program failed:[^]*no such file/,
    );
  });
});
