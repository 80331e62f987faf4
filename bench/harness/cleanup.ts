import { killAll } from "./processes.ts";
import { removeAllFolders } from "./workspace.ts";

/** Stops all servers and removes all folders, however this process ends. */
export function cleanUpOnExit(): void {
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

/** Ends the run with an error message. */
export function fail(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${message}\n\nThe run has failed: nothing was written.`);
  process.exit(1);
}
