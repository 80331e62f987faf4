import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as v from "valibot";
import { startProcess, type RunningProcess } from "./processes.ts";

/** The path of the executable, from its package. */
const Program = v.object({ default: v.string(), version: v.string() });
const program = v.parse(Program, createRequire(import.meta.url)("workerd"));

export const WORKERD_VERSION: string = program.version;

/** A Worker as workerd runs it: its code, its bindings, and the storage of its objects. */
export interface WorkerdOptions {
  name: string;
  /** The Worker's code: one ES module. */
  script: string;
  compatibilityDate: string;
  compatibilityFlags?: readonly string[];
  /** Variables, in the form of wrangler.toml. */
  vars?: Record<string, unknown>;
  /** Durable Objects: binding name → class. All of them use SQLite. */
  objects: Record<string, string>;
  /** Rate limits, which never refuse a request here. */
  rateLimits?: readonly string[];
  /** A folder of static files, and the binding for them. */
  assets?: { binding: string; folder: string };
  /** The folder of the configuration and of the objects' data. */
  folder: string;
}

/** A rate limit that costs as much as a real one and never refuses. */
const BOUNDLESS_LIMIT = `
export default () => ({ limit: async () => ({ success: true }) });
`;

/** Serves static files as the platform does: \`/phone\` is phone.html, and \`/\` is index.html. */
const ASSETS = `
export default {
  async fetch(request, { FILES }) {
    const { pathname } = new URL(request.url);
    const name = pathname.endsWith("/") ? pathname + "index.html" : pathname;
    const file = name.split("/").pop().includes(".") ? name : name + ".html";
    const answer = await FILES.fetch("http://files" + file);
    const types = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
    const type = types[file.split(".").pop()];
    return new Response(answer.body, { status: answer.status, headers: type ? { "Content-Type": type } : {} });
  },
};
`;

/** Starts workerd directly, at a free port. */
export async function startWorkerd(
  options: WorkerdOptions,
): Promise<RunningProcess & { origin: string }> {
  const { folder, name, script } = options;
  mkdirSync(join(folder, "objects"), { recursive: true });
  writeFileSync(join(folder, "worker.js"), script);
  writeFileSync(join(folder, "limit.js"), BOUNDLESS_LIMIT);
  writeFileSync(join(folder, "assets.js"), ASSETS);
  writeFileSync(join(folder, "workerd.capnp"), workerdConfig(options));
  const process = startProcess({
    name,
    command: program.default,
    args: ["serve", "--experimental", "--control-fd=3", join(folder, "workerd.capnp")],
    cwd: folder,
  });
  const [, port] = await process.says(/"event":"listen","socket":"http","port":(\d+)/);
  return { ...process, origin: `http://127.0.0.1:${port}` };
}

/** The configuration file of workerd (format: workerd.capnp in its package). */
export function workerdConfig(options: WorkerdOptions): string {
  const { compatibilityDate, compatibilityFlags = [], vars = {}, objects } = options;
  const { rateLimits = [], assets } = options;
  const bindings = [
    ...Object.entries(vars).map(([name, value]) =>
      typeof value === "string"
        ? `(name = ${quoted(name)}, text = ${quoted(value)})`
        : `(name = ${quoted(name)}, json = ${quoted(JSON.stringify(value))})`,
    ),
    ...Object.entries(objects).map(
      ([name, className]) =>
        `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(className)})`,
    ),
    ...rateLimits.map(
      (name) =>
        `(name = ${quoted(name)}, wrapped = (moduleName = "bench:limit", innerBindings = []))`,
    ),
    ...(assets ? [`(name = ${quoted(assets.binding)}, service = "assets")`] : []),
  ];
  const classes = [...new Set(Object.values(objects))].map(
    (name) => `(className = ${quoted(name)}, uniqueKey = ${quoted(name)}, enableSql = true)`,
  );
  const flags = compatibilityFlags.map(quoted).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "objects", disk = (path = "objects", writable = true)),
    (name = "internet", network = (allow = ["public", "private"])),
${assets ? assetsServices(assets.folder) : ""}  ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ],
  extensions = [ (modules = [ (name = "bench:limit", internal = true, esModule = embed "limit.js") ]) ],
);

const main :Workerd.Worker = (
  modules = [ (name = "worker.js", esModule = embed "worker.js") ],
  compatibilityDate = ${quoted(compatibilityDate)},
  compatibilityFlags = [${flags}],
  bindings = [
    ${bindings.join(",\n    ")}
  ],
  durableObjectNamespaces = [
    ${classes.join(",\n    ")}
  ],
  durableObjectStorage = (localDisk = "objects"),
);
`;
}

function assetsServices(folder: string): string {
  return `    (name = "files", disk = (path = ${quoted(folder)})),
    (name = "assets", worker = (
      modules = [ (name = "assets.js", esModule = embed "assets.js") ],
      compatibilityDate = "2026-01-01",
      bindings = [ (name = "FILES", service = "files") ],
    )),
`;
}

/** A Cap'n Proto string. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
