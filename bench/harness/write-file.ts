import { renameSync, writeFileSync } from "node:fs";

/** Writes a file whole or not at all: whoever reads it meanwhile reads the one before. */
export function writeWhole(path: string, content: string): void {
  const beside = `${path}.${process.pid}.new`;
  writeFileSync(beside, content);
  renameSync(beside, path);
}
