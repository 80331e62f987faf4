import { killAll } from "./processes.ts";
import { removeAllFolders } from "./workspace.ts";

/** However this process ends from now on, nothing is left running, and nothing lying about. */
export function leaveNothing(): void {
  process.on("exit", () => {
    killAll();
    removeAllFolders();
  });
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.on(signal, () => {
      console.error("\nInterrupted: nothing was written.");
      process.exit(code);
    });
  }
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
}

/** Ends the run, and says why. */
export function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${message}\n\nThe run has failed: nothing was written.`);
  process.exit(1);
}
