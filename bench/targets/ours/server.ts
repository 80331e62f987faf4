import { createRemoteJWKSet } from "jose";
import { startWorkerd } from "../../harness/workerd.ts";
import type { RunningProcess } from "../../harness/processes.ts";
import { startBenchIssuer, type BenchIssuer } from "./bench-issuer.ts";
import { startCallbackReceiver, type CallbackReceiver } from "./callback-receiver.ts";
import { workerBundle, type WorkerBundle } from "./worker-bundle.ts";

/** Our Worker on workerd, with everything that a login needs. */
export interface OurServer {
  process: RunningProcess;
  origin: string;
  issuer: BenchIssuer;
  callbacks: CallbackReceiver;
  /** The published keys, to verify tokens. */
  jwks: ReturnType<typeof createRemoteJWKSet>;
  stop: () => Promise<void>;
}

/** The configured ISSUER. The Worker never uses the host name of a request. */
export const ISSUER = "http://localhost";

/** The clients of the benchmark: one without and one with a callback. */
export const SCREEN_CLIENT = "screen";
export const CALLBACK_CLIENT = "callback";

/** The algorithm of the built-in screen. RS256, the default of other clients, takes longer to sign. */
export const ES256 = { id_token_signed_response_alg: "ES256" };

/**
 * Lifetime of a session in seconds, the longest possible, so that the expiry of earlier sessions doesn't
 * disturb the measurement. The cost of expiry is measured separately.
 */
const SESSION_TTL = 600;

/** Number of people with phones. Each has an account object with some logins. */
export const PEOPLE = 256;

export interface OurServerOptions {
  folder: string;
  /** Another Worker instead of the deployed one, for example a counting wrapper. */
  bundle?: WorkerBundle;
  /** Different configuration values. */
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
        { client_id: SCREEN_CLIENT, name: "Screen", ...ES256 },
        { client_id: CALLBACK_CLIENT, name: "Callback", callback_uri: callbacks.uri, ...ES256 },
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
