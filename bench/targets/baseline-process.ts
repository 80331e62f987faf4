import { join } from "node:path";
import { startProcess, type RunningProcess } from "../harness/processes.ts";
import type { RunningSubject, WaitingLogin, BeginOptions } from "../harness/subject.ts";

const folder = join(import.meta.dirname, "../baselines");

/** Starts a baseline's server with this process's Node; it prints its address. */
export async function startBaseline(
  name: string,
  env: Record<string, string> = {},
): Promise<RunningProcess & { origin: string }> {
  const process = startProcess({
    name,
    command: globalThis.process.execPath,
    args: [join(folder, `${name}.js`)],
    cwd: folder,
    env,
  });
  const [, origin = ""] = await process.says(/^listening (http:\/\/\S+)$/);
  return { ...process, origin };
}

/** A running server as a subject. */
export function subjectOf(
  process: RunningProcess & { origin: string },
  begin: (options: BeginOptions) => Promise<WaitingLogin>,
): RunningSubject {
  const { origin, pid, cpuSeconds, memory, openFiles, output, stop } = process;
  return {
    ...{ origin, pid, cpuSeconds, memory, openFiles, output, stop },
    begin: (options = {}) => begin(options),
  };
}
