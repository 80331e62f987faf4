import { renameSync, writeFileSync } from "node:fs";

/** Writes a file atomically: readers see the old file or the complete new one. */
export function writeFileAtomic(path: string, content: string): void {
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, content);
  renameSync(beside, path);
}
