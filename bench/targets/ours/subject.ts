import type {
  BeginOptions,
  RunningSubject,
  StartOptions,
  Subject,
  WaitingLogin,
} from "../../harness/subject.ts";
import { OurLogin } from "./login.ts";
import { startOurServer, type OurServer } from "./server.ts";

/** How a screen waits: the only difference between our subjects. */
export interface Wait {
  /** Resolves with the time when the screen knew of the approval, and its authorization code. */
  notified: Promise<{ at: number; code?: string }>;
  /** Called when the approval was answered, for a screen that asks only then. */
  approved?: () => void;
  close: () => void;
}

export type Waiting = (login: OurLogin, options: BeginOptions, server: OurServer) => Promise<Wait>;

/** A server with our Worker, as a subject for one transport. */
export function runningSubject(server: OurServer, clientId: string, wait: Waiting): RunningSubject {
  const { process } = server;
  return {
    origin: server.origin,
    pid: process.pid,
    cpuSeconds: process.cpuSeconds,
    memory: process.memory,
    openFiles: process.openFiles,
    output: process.output,
    stop: server.stop,
    async begin(options = {}): Promise<WaitingLogin> {
      const login = await OurLogin.begin(server, clientId, options.through);
      const waiting = await wait(login, options, server);
      // A rejection must not fail callers that never await it.
      waiting.notified.catch(() => undefined);
      return {
        scan: () => login.scan(),
        async approve() {
          const sentAt = await login.approve();
          waiting.approved?.();
          return sentAt;
        },
        notified: waiting.notified.then(({ at }) => at),
        async finish() {
          const { code } = await waiting.notified;
          // A callback contains no code: it is read with the watch token.
          const at = await login.redeem(code ?? (await login.snapshot()).code);
          waiting.close();
          return at;
        },
        abandon: waiting.close,
      };
    },
  };
}

export interface OurSubjectOptions {
  clientId: string;
  wait: Waiting;
  pollInterval?: number;
  /** Different configuration values. */
  vars?: Record<string, unknown>;
}

export function ourSubject(
  name: string,
  about: string,
  { clientId, wait, pollInterval, vars = {} }: OurSubjectOptions,
): Subject {
  return {
    name,
    about,
    ...(pollInterval === undefined ? {} : { pollInterval }),
    async start({ folder }: StartOptions) {
      return runningSubject(await startOurServer({ folder, vars }), clientId, wait);
    },
  };
}
