import { setTimeout as sleep } from "node:timers/promises";
import {
  countsPerLogin,
  disturbance,
  ownTallies,
  type Disturbance,
  type Readings,
} from "../cost/from-tallies.ts";
import type { Counts } from "../cost/model.ts";
import { spread } from "../harness/poll-phases.ts";
import { check, type WaitingLogin } from "../harness/subject.ts";
import type { Counted } from "../targets/counted/counts.ts";
import { begin, complete, type CountedServer } from "./counted-server.ts";
import type { CpuTime, CpuTimes } from "./cpu-times.ts";
import type { RunSize } from "./run-size.ts";

/** Milliseconds until the last screen has started to wait: its request has no answer yet that could be awaited. */
const SETTLING = 500;

/** Seconds for which a final state is kept after the end: src/login-session/domain/expiry.ts. */
const TOMBSTONE = 60;

/** Maximum delay of an alarm, in milliseconds. */
const LATENESS = 2000;

/** Measures logins from their start until nothing is left of them. */
export async function measureLogins(
  server: CountedServer,
  runSize: RunSize,
  cpuTime: CpuTimes,
): Promise<Counts> {
  const { subject, read } = server;
  const before = await read();
  const waiting: WaitingLogin[] = [];
  for (let i = 0; i < runSize.logins; i++) waiting.push(await begin(subject));
  const startedAt = performance.now();
  await sleep(SETTLING);
  const begun = await read();
  const moments = spread(waiting.length, runSize.wait * 1000);
  await Promise.all(
    waiting.map(async (login, i) => {
      await sleep(moments[i]);
      await complete(login);
    }),
  );
  // A redeemed login leaves nothing, but later work would happen when its session would have expired.
  await untilTimeIsOver(startedAt, runSize);
  const after = await whenOver(server, before, runSize);
  return perLogin({ before, begun, after }, runSize.logins, cpuTime.login, cpuTime.poll);
}

/** Measures codes that nobody scans, and whether their objects were woken meanwhile. */
export async function measureAbandoned(
  server: CountedServer,
  runSize: RunSize,
  cpuTime: CpuTimes,
): Promise<{ counts: Counts; disturbed: Disturbance }> {
  const { subject, read } = server;
  const before = await read();
  const waiting: WaitingLogin[] = [];
  for (let i = 0; i < runSize.logins; i++) waiting.push(await begin(subject));
  await sleep(SETTLING);
  const begun = await read();
  await sleep(runSize.idleSeconds * 1000);
  const disturbed = disturbance(before, begun, await read());
  const after = await whenOver(server, before, runSize);
  for (const login of waiting) login.abandon();
  const counts = perLogin(
    { before, begun, after },
    runSize.logins,
    cpuTime.abandoned,
    cpuTime.poll,
  );
  return { counts, disturbed };
}

/**
 * Too few to measure CPU by: so it is what the same took many times over, and for each request beyond
 * these, what a poll took.
 */
function perLogin(readings: Readings, logins: number, cpuTime: CpuTime, poll: CpuTime): Counts {
  const counts = countsPerLogin(readings, logins);
  const polls = Math.max(0, counts.workerRequests - cpuTime.requests);
  return { ...counts, workerCpuMs: cpuTime.cpuMs + polls * poll.cpuMs };
}

/** Waits until the alarms of all sessions that started before `startedAt` have come. */
async function untilTimeIsOver(startedAt: number, { sessionTtl }: RunSize): Promise<void> {
  const left = sessionTtl * 1000 + LATENESS - (performance.now() - startedAt);
  await sleep(Math.max(0, left));
}

/** Reads the counters after every session has ended and is deleted. */
async function whenOver(
  { read }: CountedServer,
  before: Counted,
  { sessionTtl, untilDeleted, logins }: RunSize,
): Promise<Counted> {
  const limit = performance.now() + (sessionTtl + TOMBSTONE + 30) * 1000;
  for (;;) {
    const now = await read();
    const own = ownTallies(before, now);
    check(own.length === logins, `${own.length} sessions instead of ${logins}`);
    const isOver = own.every(({ wipes, alarms }) => wipes > 0 || (!untilDeleted && alarms > 0));
    if (isOver) return now;
    check(performance.now() < limit, "A session was not deleted in time.");
    await sleep(1000);
  }
}
