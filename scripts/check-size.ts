/**
 * Prints the compressed size of the Worker, which every cold start loads, and the share of each
 * package. Fails above the bound.
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as v from "valibot";

/** Bytes, gzip. Two fifths are SimpleWebAuthn: docs/decisions.md has the cost of each library. */
const BOUND = 220_000;

/** The part of esbuild's metafile that is used here. */
const Metafile = v.object({
  outputs: v.record(
    v.string(),
    v.object({ inputs: v.record(v.string(), v.object({ bytesInOutput: v.number() })) }),
  ),
});

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "qr-login-"));
try {
  const metafile = join(folder, "metafile.json");
  execFileSync(
    join(root, "node_modules/.bin/wrangler"),
    ["deploy", "--dry-run", "--outdir", folder, "--metafile", metafile],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  const size = globSync("**/*.js", { cwd: folder }).reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length,
    0,
  );
  for (const [owner, bytes] of weights(v.parse(Metafile, readJson(metafile)))) {
    console.log(`${String(bytes).padStart(8)}  ${owner}`);
  }
  console.log(`The Worker is ${size} bytes compressed; the bound is ${BOUND}.`);
  if (size > BOUND || size === 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Bytes before compression by package, the largest first. Files of no package are the project's own. */
function weights({ outputs }: v.InferOutput<typeof Metafile>): [string, number][] {
  const byOwner = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const owner = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? "our own";
      byOwner.set(owner, (byOwner.get(owner) ?? 0) + bytesInOutput);
    }
  }
  return [...byOwner].filter(([, bytes]) => bytes > 0).sort(([, one], [, other]) => other - one);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
