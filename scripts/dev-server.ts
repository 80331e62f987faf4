import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";

/** The Worker on this machine: workerd, started by `wrangler dev`. */
export interface DevServer {
  /** The URL, which is also its ISSUER. */
  origin: string;
  /** Everything that it has printed so far. */
  output(): string;
  /** Stops it with all its child processes. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, for whatever reason. */
  ended: Promise<void>;
}

export interface DevServerOptions {
  port: number;
  /** The issuer, if it isn't `http://localhost:<port>`. */
  issuer?: string;
  /** Further settings. */
  vars?: Record<string, string>;
  /** The folder for storage. By default the project's own. */
  persistTo?: string;
  /** Further arguments of `wrangler dev`. */
  args?: string[];
  /** Receives the Worker's log, once it runs. */
  log?: (text: string) => void;
}

const root = join(import.meta.dirname, "..");

/** Starts the Worker and waits until it is ready. If it doesn't start, throws an error with its output. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { port, persistTo, vars = {}, args = [] } = options;
  await requireFreePort(port);
  const origin = options.issuer ?? `http://localhost:${port}`;
  // The page /compare is on, unless the arguments set it.
  const compare = args.some((arg) => arg.startsWith("COMPARE:")) ? {} : { COMPARE: "on" };
  const values = Object.entries({ ISSUER: origin, ...compare, ...vars });
  const wrangler = spawn(
    join(root, "node_modules/.bin/wrangler"),
    [
      "dev",
      // Before `--var`, which takes all arguments after it.
      ...args,
      ...["--port", String(port), "--show-interactive-dev-session=false"],
      ...(options.issuer === undefined ? [] : upstreamOf(options.issuer)),
      ...(persistTo === undefined ? [] : ["--persist-to", persistTo]),
      ...values.flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    // A process group, so that stopping reaches workerd too.
    { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"], env: quietEnvironment() },
  );
  const ended = once(wrangler, "exit").then(() => undefined);
  let output = "";
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (/Ready on /.test(output)) resolve();
    };
    wrangler.stdout.on("data", read);
    wrangler.stderr.on("data", read);
  });
  const failed = ended.then(() => {
    throw new Error(`The Worker did not start:\n${output}`);
  });
  await Promise.race([ready, failed]);
  const { log } = options;
  if (log) {
    for (const stream of [wrangler.stdout, wrangler.stderr]) {
      stream.on("data", (chunk: Buffer) => log(chunk.toString()));
    }
  }
  return { origin, output: () => output, stop: () => stop(wrangler, ended), ended };
}

/**
 * Has `wrangler dev` take the requests as sent to the issuer. A tunnel keeps the host name that people open, and without
 * this `wrangler dev` would replace it by its own address, also in `Origin`, so that our own pages would be refused.
 */
function upstreamOf(issuer: string): string[] {
  const { host, protocol } = new URL(issuer);
  return ["--local-upstream", host, "--upstream-protocol", protocol.replace(":", "")];
}

async function stop(wrangler: ChildProcess, ended: Promise<void>): Promise<void> {
  if (wrangler.exitCode === null && wrangler.pid !== undefined)
    process.kill(-wrangler.pid, "SIGTERM");
  await ended;
}

function quietEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true", NO_COLOR: "1" };
}

async function requireFreePort(port: number): Promise<void> {
  const probe = createServer().listen(port, "localhost");
  try {
    await once(probe, "listening");
  } catch (cause) {
    const inUse = `Port ${port} is in use. Choose another one: npm start -- --port 9000`;
    throw new Error(inUse, { cause });
  } finally {
    probe.close();
  }
}
