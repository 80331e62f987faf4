import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Installs a folder's own packages, which are not dependencies of the project, unless the lockfile's versions are
 * installed.
 */
export function installPackage(folder: string, log: (text: string) => void): void {
  // Stores the hash of the installed lockfile.
  const stamp = join(folder, "node_modules/.lockfile-sha256");
  const lockfile = readFileSync(join(folder, "package-lock.json"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  if (installed(stamp) === hash) return;
  log(`Installing the packages of ${folder} …`);
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  // Readers see no file or the complete one.
  writeFileSync(`${stamp}.new`, hash);
  renameSync(`${stamp}.new`, stamp);
}

function installed(stamp: string): string | undefined {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}
