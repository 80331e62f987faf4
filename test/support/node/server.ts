import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  startDevServer,
  type DevServer,
  type DevServerOptions,
} from "../../../scripts/dev-server.ts";

/** The whole Worker with its pages, as `npm start` runs it, with a memory of its own. */
export interface TestServer {
  origin: string;
  /** Kills the server as a crash would, or a deployment; what it has stored stays. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  output(): string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTestServer(
  options: Pick<DevServerOptions, "vars" | "args"> = {},
): Promise<TestServer> {
  const port = await freePort();
  const persistTo = await mkdtemp(join(tmpdir(), "qr-login-"));
  const start = () => startDevServer({ port, persistTo, ...options });
  let server: DevServer = await start();
  return {
    origin: server.origin,
    kill: () => server.stop(),
    async restart() {
      server = await start();
    },
    output: () => server.output(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(persistTo, { recursive: true, force: true });
    },
  };
}

/** A port that nothing listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "localhost", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
