import * as v from "valibot";
import { jsonOf, send } from "../harness/http.ts";
import type { BeginOptions, RunningSubject, WaitingLogin } from "../harness/subject.ts";
import { COUNTS_PATH, type Counted } from "../targets/counted/counts.ts";
import { startOurServer, type OurServer } from "../targets/ours/server.ts";
import { runningSubject } from "../targets/ours/subject.ts";
import type { WorkerBundle } from "../targets/ours/worker-bundle.ts";
import type { RunSize } from "./run-size.ts";
import type { CountedTransport } from "./transports.ts";

/** A server with readable counters. */
export interface CountedServer {
  server: OurServer;
  subject: RunningSubject;
  read: () => Promise<Counted>;
  stop: () => Promise<void>;
}

const Reading = v.object({
  workerRequests: v.number(),
  objects: v.array(
    v.object({
      className: v.string(),
      id: v.string(),
      constructions: v.number(),
      requests: v.number(),
      alarms: v.number(),
      socketMessages: v.number(),
      awake: v.number(),
      rowsRead: v.number(),
      rowsWritten: v.number(),
      wipes: v.number(),
    }),
  ),
});

/** Starts a server and does the work that only the first logins cause. */
export async function startCounted(
  { clientId, wait }: CountedTransport,
  bundle: WorkerBundle,
  { sessionTtl, logins }: RunSize,
  folder: string,
): Promise<CountedServer> {
  const vars = { SESSION_TTL: sessionTtl };
  const started = await startOurServer({ folder, bundle, vars });
  // The same few people log in again and again, so they are known to the server.
  const people = started.issuer.people.slice(0, logins);
  const server = { ...started, issuer: { ...started.issuer, people } };
  const subject = runningSubject(server, clientId, wait);
  for (let i = 0; i < logins; i++) await complete(await begin(subject, { polls: false }));
  const read = async () => v.parse(Reading, jsonOf(await send(`${subject.origin}${COUNTS_PATH}`)));
  return { server, subject, read, stop: () => subject.stop() };
}

/** A login whose result doesn't matter. */
export async function begin(
  subject: RunningSubject,
  options?: BeginOptions,
): Promise<WaitingLogin> {
  const login = await subject.begin(options);
  login.notified.catch(() => undefined);
  return login;
}

export async function complete(login: WaitingLogin): Promise<void> {
  await login.scan();
  await login.approve();
  await login.finish();
}
