import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { cpuSecondsOf, residentBytesOf } from "./process-stats.ts";

/** A server under test: a process, in a group of its own, that is ended with us however we end. */
export interface RunningProcess {
  pid: number;
  output: () => string;
  /** The first line that it prints, on its third output or its first, which matches. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>;
  cpuSeconds: () => number;
  memory: () => number;
  openFiles: () => number;
  /** Its exit code, when it has ended by itself or was ended. */
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

/** Milliseconds that a server may take until it is ready, on a machine that does other things too. */
const START_LIMIT = 60_000;

/** Each screen that waits is a few open files: a server gets all that this machine allows. */
const AS_MANY_FILES_AS_MAY_BE = 'ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"';

const running = new Set<ChildProcess>();

/** Starts a process. It has a third output (file descriptor 3), for those who report on one. */
export function startProcess(options: ProcessOptions): RunningProcess {
  const { name, command, args, cwd, env } = options;
  const child = spawn("/bin/sh", ["-c", AS_MANY_FILES_AS_MAY_BE, command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1", ...env },
    // A group of its own, so that ending it reaches all that it has started.
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
  const hear = (line: string) => {
    lines.push(line);
    for (const tell of waiting) tell(line);
  };
  for (const stream of [child.stdout, child.stderr, child.stdio[3]]) {
    if (!stream || !("on" in stream) || !("readable" in stream)) continue;
    createInterface({ input: stream }).on("line", (line) => {
      text.push(line);
      hear(line);
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
      let tell: ((line: string) => void) | undefined;
      try {
        return await new Promise<RegExpExecArray>((resolve, reject) => {
          const fail = (why: string) => reject(new Error(`${name} ${why}:\n${output()}`));
          tell = (line) => {
            const match = pattern.exec(line);
            if (match) resolve(match);
          };
          waiting.add(tell);
          timer = setTimeout(() => fail("did not become ready in a minute"), START_LIMIT);
          exited.then(
            () => fail("ended before it was ready"),
            (error: unknown) => fail(`can't be started (${String(error)})`),
          );
        });
      } finally {
        clearTimeout(timer);
        if (tell) waiting.delete(tell);
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

/** Runs a program to its end. One that doesn't end well is told with what it has printed. */
export async function runProcess(options: ProcessOptions): Promise<void> {
  const process = startProcess(options);
  const code = await process.ended;
  if (code !== 0) throw new Error(`${options.name} failed:\n${process.output()}`);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Ends at once whatever still runs. For the end of our own process: nothing is waited for. */
export function killAll(): void {
  for (const { pid } of running) if (pid !== undefined) killGroup(pid, "SIGKILL");
  running.clear();
}
