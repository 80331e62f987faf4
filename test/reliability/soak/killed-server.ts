import { newFolder, hasTmpfs, removeFolder } from "../../../bench/harness/workspace.ts";
import { startWorkerd } from "../../../bench/harness/workerd.ts";
import type { RunningProcess } from "../../../bench/harness/processes.ts";
import { workerBundle } from "../../../bench/targets/ours/worker-bundle.ts";

/** The Worker on workerd, which can be killed and started again with what it had stored. */
export class KilledServer {
  readonly #start: () => Promise<RunningProcess & { origin: string }>;
  readonly #folder: string;
  #process: RunningProcess & { origin: string };
  #restarting: Promise<void> | undefined;
  #earlierOutput = "";
  kills = 0;

  private constructor(
    folder: string,
    process: RunningProcess & { origin: string },
    start: () => Promise<RunningProcess & { origin: string }>,
  ) {
    this.#folder = folder;
    this.#process = process;
    this.#start = start;
  }

  static async start(vars: Record<string, unknown>): Promise<KilledServer> {
    const bundle = await workerBundle();
    const folder = newFolder(hasTmpfs() ? "tmpfs" : "disk");
    const settings = { ...bundle, name: "The Worker", folder, vars: { ...bundle.vars, ...vars } };
    const start = () => startWorkerd(settings);
    return new KilledServer(folder, await start(), start);
  }

  /** Where it listens. After a kill it is another port, as soon as it listens there. */
  get origin(): string {
    return this.#process.origin;
  }

  get output(): string {
    return this.#earlierOutput + this.#process.output();
  }

  /** SIGKILL: nothing is finished, nothing is said. Then it starts again. Two kills at a time are one. */
  async kill(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => (this.#restarting = undefined));
    await this.#restarting;
  }

  async stop(): Promise<void> {
    await this.#restarting;
    await this.#process.stop();
    removeFolder(this.#folder);
  }

  async #restart(): Promise<void> {
    process.kill(-this.#process.pid, "SIGKILL");
    await this.#process.ended;
    this.kills += 1;
    this.#earlierOutput += this.#process.output();
    this.#process = await this.#start();
  }
}
