import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { unstable_readConfig } from "wrangler";
import { runProcess } from "../../harness/processes.ts";
import { newFolder, removeFolder } from "../../harness/workspace.ts";
import type { WorkerdOptions } from "../../harness/workerd.ts";

const root = join(import.meta.dirname, "../../..");

/** Our Worker as it is deployed, with its settings from wrangler.toml. */
export type WorkerBundle = Pick<
  WorkerdOptions,
  | "script"
  | "compatibilityDate"
  | "compatibilityFlags"
  | "vars"
  | "objects"
  | "rateLimits"
  | "assets"
>;

/** The part of wrangler.toml that workerd needs. */
const WranglerConfig = v.object({
  compatibility_date: v.string(),
  compatibility_flags: v.array(v.string()),
  vars: v.record(v.string(), v.unknown()),
  durable_objects: v.object({
    bindings: v.array(v.object({ name: v.string(), class_name: v.string() })),
  }),
  ratelimits: v.array(v.object({ name: v.string() })),
  assets: v.object({ binding: v.string() }),
});

let bundled: Promise<WorkerBundle> | undefined;

/** Bundles the Worker once in a run, with wrangler, minified as for a deployment. */
export function workerBundle(): Promise<WorkerBundle> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<WorkerBundle> {
  const config = v.parse(
    WranglerConfig,
    unstable_readConfig({ config: join(root, "wrangler.toml") }),
  );
  return {
    script: await bundledScript(),
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    vars: config.vars,
    objects: Object.fromEntries(
      config.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]),
    ),
    rateLimits: config.ratelimits.map(({ name }) => name),
    assets: { binding: config.assets.binding, folder: join(root, "static") },
  };
}

/** `entry` replaces wrangler.toml's `main`, for example with a counting wrapper. */
export async function bundledScript(entry?: string): Promise<string> {
  const folder = newFolder("disk");
  try {
    await runProcess({
      name: "Bundling our Worker",
      command: join(root, "node_modules/.bin/wrangler"),
      args: ["deploy", ...(entry === undefined ? [] : [entry]), "--dry-run", "--outdir", folder],
      cwd: root,
      env: { WRANGLER_SEND_METRICS: "false", CI: "true" },
    });
    const name = entry?.split("/").pop()?.replace(/\.ts$/, "") ?? "worker";
    return readFileSync(join(folder, `${name}.js`), "utf8");
  } finally {
    removeFolder(folder);
  }
}
