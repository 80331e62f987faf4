import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  startDevServer,
  type DevServer,
  type DevServerOptions,
} from "../../../scripts/dev-server.ts";

/** The Worker with its pages, as `npm start` runs it, with its own storage. */
export interface TestServer {
  origin: string;
  /** The port of this machine where it listens. */
  port: number;
  /** Kills the server like a crash or a deployment; its storage stays. */
  kill(): Promise<void>;
  /** Starts it again at the same port. */
  restart(): Promise<void>;
  output(): string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTestServer(
  options: Pick<DevServerOptions, "vars" | "args" | "issuer"> = {},
): Promise<TestServer> {
  const port = await freePort();
  const persistTo = await mkdtemp(join(tmpdir(), "qr-login-"));
  const start = () => startDevServer({ port, persistTo, ...options });
  let server: DevServer = await start();
  return {
    origin: server.origin,
    port,
    kill: () => server.stop(),
    async restart() {
      server = await start();
    },
    output: () => server.output(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      // A process of the server may still be writing for a moment.
      await rm(persistTo, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/**
 * A free port outside the ranges of ephemeral ports (from 32768 on Linux, from 49152 elsewhere),
 * so that no other server takes it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "localhost", () => resolve(true));
    });
    if (!(await isFree)) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
