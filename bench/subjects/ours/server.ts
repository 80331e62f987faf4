import { createRemoteJWKSet } from "jose";
import { startWorkerd } from "../../harness/workerd.ts";
import type { RunningProcess } from "../../harness/processes.ts";
import { startBenchIssuer, type BenchIssuer } from "./bench-issuer.ts";
import { startCallbackReceiver, type CallbackReceiver } from "./callback-receiver.ts";
import { workerBundle, type WorkerBundle } from "./worker-bundle.ts";

/** Our Worker on workerd, with all that a login needs around it. */
export interface OurServer {
  process: RunningProcess;
  origin: string;
  issuer: BenchIssuer;
  callbacks: CallbackReceiver;
  /** Our keys as they are published, to check tokens with. */
  jwks: ReturnType<typeof createRemoteJWKSet>;
  stop: () => Promise<void>;
}

/** What the Worker calls itself: it never looks at the name by which it was reached. */
export const ISSUER = "http://localhost";

/** The clients of the bench: one whose screens watch, and one that is told by callback too. */
export const SCREEN_CLIENT = "screen";
export const CALLBACK_CLIENT = "callback";

/**
 * Seconds that a session lives, and so is remembered at least: the longest that may be configured. What
 * is measured of a login is then not disturbed by the end of those before it, which is measured apart.
 */
const SESSION_TTL = 600;

/** People with phones. Each logs in now and then: an account has its object, and some logins. */
export const PEOPLE = 256;

export interface OurServerOptions {
  folder: string;
  /** Another Worker than ours as it is deployed: a wrapper that counts, say. */
  bundle?: WorkerBundle;
  /** Other values of the configuration. */
  vars?: Record<string, unknown>;
}

export async function startOurServer(options: OurServerOptions): Promise<OurServer> {
  const { folder, vars, bundle = await workerBundle() } = options;
  const issuer = await startBenchIssuer(PEOPLE);
  const callbacks = await startCallbackReceiver();
  const process = await startWorkerd({
    ...bundle,
    name: "Our Worker",
    folder,
    vars: {
      ...bundle.vars,
      ISSUER,
      SESSION_TTL,
      ISSUERS: [issuer.setting],
      CLIENTS: [
        { client_id: SCREEN_CLIENT, name: "Screen" },
        { client_id: CALLBACK_CLIENT, name: "Callback", callback_uri: callbacks.uri },
      ],
      ...vars,
    },
  });
  return {
    process,
    origin: process.origin,
    issuer,
    callbacks,
    jwks: createRemoteJWKSet(new URL(`${process.origin}/.well-known/jwks.json`)),
    async stop() {
      await process.stop();
      await Promise.all([issuer.stop(), callbacks.stop()]);
    },
  };
}
