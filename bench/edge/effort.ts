import { OurLogin } from "../subjects/ours/login.ts";
import { begin, complete, type CountedServer } from "./counted-server.ts";
import type { Extent } from "./extent.ts";
import type { Way } from "./ways.ts";

/** What one of something took, where many come one after the other. */
export interface Effort {
  cpuMs: number;
  requests: number;
}

/** Of a login that nobody waits for, of a code that is shown and no more, and of one poll. */
export type Efforts = Record<"login" | "abandoned" | "poll", Effort>;

/** What logins, codes and polls take of the CPU where many come one after the other. */
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
