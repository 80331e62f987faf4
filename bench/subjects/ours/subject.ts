import type {
  BeginOptions,
  RunningSubject,
  StartOptions,
  Subject,
  WaitingLogin,
} from "../../harness/subject.ts";
import { OurLogin } from "./login.ts";
import { startOurServer, type OurServer } from "./server.ts";

/** How a screen of ours waits: the one thing in which our subjects differ. */
export interface Wait {
  /** When the screen knew of the approval, and the code that it was told. */
  told: Promise<{ at: number; code?: string }>;
  /** Hears that the approval was answered: for a screen that asks only then. */
  approved?: () => void;
  close: () => void;
}

export type Waiting = (login: OurLogin, options: BeginOptions, server: OurServer) => Promise<Wait>;

/** A server that runs our Worker, seen as a subject of one way of waiting. */
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
      // Whoever never asks for it is not to fail by it.
      waiting.told.catch(() => undefined);
      return {
        scan: () => login.scan(),
        async approve() {
          const sentAt = await login.approve();
          waiting.approved?.();
          return sentAt;
        },
        told: waiting.told.then(({ at }) => at),
        async finish() {
          const { code } = await waiting.told;
          // A callback tells no code: whoever may watch must ask for it.
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
  /** Other values of the configuration. */
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
