/**
 * The Worker as it would be deployed, and how large it is compressed: what every cold start loads.
 * Fails above the bound.
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Bytes, gzip. */
const BOUND = 140_000;

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "qr-login-"));
try {
  execFileSync(
    join(root, "node_modules/.bin/wrangler"),
    ["deploy", "--dry-run", "--outdir", folder],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  const size = globSync("**/*.js", { cwd: folder }).reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length,
    0,
  );
  console.log(`The Worker is ${size} bytes compressed; the bound is ${BOUND}.`);
  if (size > BOUND || size === 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
