import { runConcurrently } from "../harness/interleave.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, type Started } from "../harness/servers.ts";
import type { WaitingLogin } from "../harness/subject.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";
import { repeat } from "./repeat.ts";

/** The waiting screens of one server. */
export class ScreenGroup {
  readonly server: Started;
  readonly #memoryBefore: number;
  readonly #filesBefore: number;
  readonly #screens: WaitingLogin[] = [];

  private constructor(server: Started) {
    this.server = server;
    this.#memoryBefore = server.running.memory();
    this.#filesBefore = server.running.openFiles();
  }

  /** A group without screens. A first login has been made, so the server has loaded everything. */
  static async create(server: Started): Promise<ScreenGroup> {
    await repeat(5, () => logIn(server.running));
    return new ScreenGroup(server);
  }

  get size(): number {
    return this.#screens.length;
  }

  get name(): string {
    return this.server.subject.name;
  }

  /** Whether the screens wait for objects that can sleep. */
  get sleeps(): boolean {
    return ![nodeWs, nodeSse].includes(this.server.subject);
  }

  async growTo(size: number): Promise<void> {
    const { running } = this.server;
    let started = this.size;
    await runConcurrently(
      8,
      () => started < size,
      async () => {
        started += 1;
        const screen = await running.begin();
        // Nobody approves this login, so the promise may reject when the session or the run ends.
        screen.notified.catch(() => undefined);
        this.#screens.push(screen);
      },
    );
  }

  rows(state: "awake" | "asleep"): Row[] {
    const { running, subject } = this.server;
    const at = this.size;
    const suffix = state === "asleep" ? "_asleep" : "";
    const each = (more: number) => Math.max(0, more) / at;
    const memory = each(running.memory() - this.#memoryBefore) / 1000;
    const files = each(running.openFiles() - this.#filesBefore);
    return [
      {
        measure: `memory_per_waiting${suffix}`,
        subject: subject.name,
        at,
        unit: "kB",
        value: memory,
      },
      {
        measure: `files_per_waiting${suffix}`,
        subject: subject.name,
        at,
        unit: "files",
        value: files,
      },
    ];
  }

  close(): void {
    for (const screen of this.#screens.splice(0)) screen.abandon();
  }
}
