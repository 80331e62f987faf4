/**
 * `npm run fuzz`, `npm run races` and `npm run model`: large runs of what the tests do with small
 * counts (docs/reliability.md). `--count` says how many, `--seed` which; `--round` begins at a round
 * of the mutated requests. The work is cut into shards, each a vitest of its own with a seed of its
 * own, and as many run at a time as there are processors.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { hasTmpfs } from "../../bench/harness/workspace.ts";
import { OPTIONS_VARIABLE, type ReliabilityOptions } from "./options.ts";

interface Kind {
  project: string;
  file: string;
  /** The option that counts. */
  counts: keyof ReliabilityOptions;
  /** As many in one vitest. */
  shard: number;
  /** As many where nothing is said. */
  count: number;
}

const KINDS: Record<string, Kind> = {
  fuzz: {
    ...{ project: "workers", file: "test/reliability/fuzz" },
    ...{ counts: "mutatedRequests", shard: 50_000, count: 1_000_000 },
  },
  races: {
    ...{ project: "receivers", file: "test/reliability/races" },
    ...{ counts: "races", shard: 500, count: 10_000 },
  },
  model: {
    ...{ project: "workers", file: "test/reliability/model" },
    ...{ counts: "modelRuns", shard: 250, count: 2_000 },
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string" },
    seed: { type: "string", default: "1" },
    round: { type: "string", default: "0" },
    "at-once": { type: "string", default: String(availableParallelism()) },
  },
});
const kind = KINDS[positionals[0] ?? ""];
if (!kind) fail(`Say which: ${Object.keys(KINDS).join(", ")}.`);
const count = number("count", values.count ?? String(kind.count));
const [seed, round] = [number("seed", values.seed), number("round", values.round)];

const root = join(import.meta.dirname, "../..");
// The objects' storage: in memory, where there is such a place, since a disk is not what is tried here.
const folder = mkdtempSync(join(hasTmpfs() ? "/dev/shm" : tmpdir(), "qr-login-reliability-"));
const begunAt = performance.now();
const shards = Array.from({ length: Math.ceil(count / kind.shard) }, (_, i) => ({
  seed: seed + i,
  count: Math.min(kind.shard, count - i * kind.shard),
}));
const failed: number[] = [];
const figures: string[] = [];

async function work(): Promise<void> {
  for (let shard = shards.shift(); shard; shard = shards.shift()) {
    if ((await run(shard)) !== 0) failed.push(shard.seed);
  }
}

async function run(shard: { seed: number; count: number }): Promise<number> {
  if (!kind) return 1;
  const options = { seed: shard.seed, [kind.counts]: shard.count, firstRound: round };
  const vitest = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--project", kind.project, kind.file],
    {
      cwd: root,
      env: {
        ...process.env,
        TMPDIR: folder,
        NO_COLOR: "1",
        [OPTIONS_VARIABLE]: JSON.stringify(options),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const said: string[] = [];
  for (const stream of [vitest.stdout, vitest.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (RUNTIME_WARNING.test(line)) return;
      said.push(line);
      if (!FIGURES.test(line)) return;
      figures.push(line);
      console.log(`${minutes()}  ${line}`);
    });
  }
  const [code] = (await once(vitest, "close")) as [number | null];
  if (code !== 0) console.log(`--- the run with seed ${shard.seed} failed:\n${said.join("\n")}`);
  return code ?? 1;
}

/** What workerd says of header values that no browser sends; it can't be switched off. */
const RUNTIME_WARNING = /^A header value for|^console warning; message = Called \.text\(\)/;

/** The line of figures that each run prints. */
const FIGURES = /^(mutated requests|races|model runs) \{/;

await Promise.all(
  Array.from({ length: number("at-once", values["at-once"]) }, () => work()),
).finally(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const totals = new Map<string, number>();
for (const line of figures) {
  const counted = JSON.parse(line.slice(line.indexOf("{"))) as Record<string, number>;
  for (const [name, value] of Object.entries(counted)) {
    if (name !== "seed") totals.set(name, (totals.get(name) ?? 0) + value);
  }
}
console.log(`\n${minutes()}  ${JSON.stringify(Object.fromEntries(totals))}`);
if (failed.length > 0) fail(`Seeds that failed: ${failed.join(", ")}.`);

function minutes(): string {
  return `${((performance.now() - begunAt) / 60_000).toFixed(1)} min`;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  return fail(`--${name} must be a whole number.`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
