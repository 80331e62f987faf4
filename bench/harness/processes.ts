import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { cpuSecondsOf, residentBytesOf } from "./process-stats.ts";

/** A server under test, in its own process group. It is stopped when this process ends, however it ends. */
export interface RunningProcess {
  pid: number;
  output: () => string;
  /** Resolves with the first matching line of its output (stdout, stderr or file descriptor 3). */
  says: (pattern: RegExp) => Promise<RegExpExecArray>;
  cpuSeconds: () => number;
  memory: () => number;
  openFiles: () => number;
  /** Resolves with its exit code. */
  ended: Promise<number | null>;
  stop: () => Promise<void>;
}

export interface ProcessOptions {
  name: string;
  command: string;
  args: string[];
  cwd?: string;
  env?: Record<string, string>;
}

/** Maximum time until a server is ready, in milliseconds. */
const START_LIMIT = 60_000;

/** Each waiting screen needs some open files, so a server gets the highest limit that is allowed. */
const AS_MANY_FILES_AS_MAY_BE = 'ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"';

const running = new Set<ChildProcess>();

/** Starts a process. File descriptor 3 is a pipe, because some servers report there. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const { name, command, args, cwd, env } = options;
  const child = spawn("/bin/sh", ["-c", AS_MANY_FILES_AS_MAY_BE, command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1", ...env },
    // A new process group, so that a signal reaches its child processes.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  running.add(child);
  const exited = once(child, "exit").finally(() => running.delete(child));
  const ended = exited.then(() => child.exitCode);
  ended.catch(() => undefined);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} can't be started: there is no shell.`);

  const text: string[] = [];
  const waiting = new Set<(line: string) => void>();
  const lines: string[] = [];
  const onLine = (line: string) => {
    lines.push(line);
    for (const listener of waiting) listener(line);
  };
  for (const stream of [child.stdout, child.stderr, child.stdio[3]]) {
    if (!stream || !("on" in stream) || !("readable" in stream)) continue;
    createInterface({ input: stream }).on("line", (line) => {
      text.push(line);
      onLine(line);
    });
  }
  const output = () => text.join("\n");

  return {
    pid,
    output,
    async says(pattern) {
      for (const line of lines) {
        const known = pattern.exec(line);
        if (known) return known;
      }
      let timer: NodeJS.Timeout | undefined;
      let listener: ((line: string) => void) | undefined;
      try {
        return await new Promise<RegExpExecArray>((resolve, reject) => {
          const fail = (why: string) => reject(new Error(`${name} ${why}:\n${output()}`));
          listener = (line) => {
            const match = pattern.exec(line);
            if (match) resolve(match);
          };
          waiting.add(listener);
          timer = setTimeout(() => fail("did not become ready in a minute"), START_LIMIT);
          exited.then(
            () => fail("ended before it was ready"),
            (error: unknown) => fail(`can't be started (${String(error)})`),
          );
        });
      } finally {
        clearTimeout(timer);
        if (listener) waiting.delete(listener);
      }
    },
    cpuSeconds: () => cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, "utf8")),
    memory: () => residentBytesOf(readFileSync(`/proc/${pid}/status`, "utf8")),
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
    ended,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) killGroup(pid, "SIGTERM");
      const stubborn = setTimeout(() => killGroup(pid, "SIGKILL"), 5_000);
      await exited.catch(() => undefined);
      clearTimeout(stubborn);
    },
  };
}

/** Runs a program to its end. Throws with its output if it fails. */
export async function runProcess(options: ProcessOptions): Promise<void> {
  const process = startProcess(options);
  const code = await process.ended;
  if (code !== 0) throw new Error(`${options.name} failed:\n${process.output()}`);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

/** Kills all running processes, without waiting. For the end of this process. */
export function killAll(): void {
  for (const { pid } of running) if (pid !== undefined) killGroup(pid, "SIGKILL");
  running.clear();
}
