import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./write-file.ts";

const folder = join(import.meta.dirname, "..");

/** Stores the hash of the installed lockfile. */
const STAMP = join(folder, "node_modules/.lockfile-sha256");

/** Installs the baselines, which are not dependencies of the project, unless the lockfile's versions are installed. */
export function installBaselines(log: (text: string) => void): void {
  const lockfile = readFileSync(join(folder, "package-lock.json"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  if (installed() === hash) return;
  log("Installing the baselines into bench/node_modules …");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
  });
  writeFileAtomic(STAMP, hash);
}

function installed(): string | undefined {
  try {
    return readFileSync(STAMP, "utf8");
  } catch {
    return undefined;
  }
}
