import { OurLogin } from "../targets/ours/login.ts";
import { begin, complete, type CountedServer } from "./counted-server.ts";
import type { Extent } from "./extent.ts";
import type { Way } from "./ways.ts";

/** CPU time of one item, measured over many in sequence. */
export interface Effort {
  cpuMs: number;
  requests: number;
}

/** For a login without waiting, a code that is only shown, and one poll. */
export type Efforts = Record<"login" | "abandoned" | "poll", Effort>;

/** Measures the CPU time of logins, codes and polls, over many in sequence. */
export async function measureEffort(
  { server, subject, read }: CountedServer,
  { clientId }: Way,
  { burst }: Extent,
): Promise<Efforts> {
  const spend = async (work: () => Promise<void>): Promise<Effort> => {
    const before = { cpu: subject.cpuSeconds(), requests: (await read()).workerRequests };
    for (let i = 0; i < burst; i++) await work();
    const cpuMs = ((subject.cpuSeconds() - before.cpu) * 1000) / burst;
    return { cpuMs, requests: ((await read()).workerRequests - before.requests) / burst };
  };
  const polled = await OurLogin.begin(server, clientId);
  return {
    login: await spend(async () => complete(await begin(subject, { polls: false }))),
    abandoned: await spend(async () => (await begin(subject, { polls: false })).abandon()),
    poll: await spend(async () => void (await polled.snapshot())),
  };
}
