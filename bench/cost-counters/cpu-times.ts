import { OurLogin } from "../targets/ours/login.ts";
import { begin, complete, type CountedServer } from "./counted-server.ts";
import type { RunSize } from "./run-size.ts";
import type { CountedTransport } from "./transports.ts";

/** CPU time of one item, measured over many in sequence. */
export interface CpuTime {
  cpuMs: number;
  requests: number;
}

/** For a login without waiting, a code that is only shown, and one poll. */
export type CpuTimes = Record<"login" | "abandoned" | "poll", CpuTime>;

/** Measures the CPU time of logins, codes and polls, over many in sequence. */
export async function measureCpuTimes(
  { server, subject, read }: CountedServer,
  { clientId }: CountedTransport,
  { cpuSamples }: RunSize,
): Promise<CpuTimes> {
  const spend = async (work: () => Promise<void>): Promise<CpuTime> => {
    const before = { cpu: subject.cpuSeconds(), requests: (await read()).workerRequests };
    for (let i = 0; i < cpuSamples; i++) await work();
    const cpuMs = ((subject.cpuSeconds() - before.cpu) * 1000) / cpuSamples;
    return { cpuMs, requests: ((await read()).workerRequests - before.requests) / cpuSamples };
  };
  const polled = await OurLogin.begin(server, clientId);
  return {
    login: await spend(async () => complete(await begin(subject, { polls: false }))),
    abandoned: await spend(async () => (await begin(subject, { polls: false })).abandon()),
    poll: await spend(async () => void (await polled.snapshot())),
  };
}
