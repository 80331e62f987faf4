import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where servers store data: in memory, or on a disk of this machine. */
export type Storage = "tmpfs" | "disk";

/** Linux's number for tmpfs (man statfs). */
const TMPFS = 0x01021994;

const MEMORY = "/dev/shm";

const folders = new Set<string>();

/** A new empty folder, which is removed when this process ends. */
export function newFolder(storage: Storage): string {
  if (storage === "tmpfs" && !hasTmpfs()) {
    throw new Error(
      `There is no tmpfs at ${MEMORY} on this machine. The bench keeps its servers' storage there, so that disks are not what is compared.`,
    );
  }
  const folder = mkdtempSync(join(storage === "tmpfs" ? MEMORY : diskFolder(), "qr-login-bench-"));
  folders.add(folder);
  return folder;
}

export function hasTmpfs(): boolean {
  return isTmpfs(MEMORY);
}

/** A folder on a disk: in the project if /tmp is in memory too. */
function diskFolder(): string {
  return isTmpfs(tmpdir()) ? join(import.meta.dirname, "..") : tmpdir();
}

function isTmpfs(path: string): boolean {
  try {
    return statfsSync(path).type === TMPFS;
  } catch {
    return false;
  }
}

export function removeFolder(folder: string): void {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** For the end of this process. */
export function removeAllFolders(): void {
  for (const folder of folders) removeFolder(folder);
}
