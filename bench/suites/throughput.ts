import { runConcurrently, interleaved } from "../harness/interleave.ts";
import { withExtraCost, type Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { middle } from "../harness/statistics.ts";
import { onDisk, type Subject } from "../harness/subject.ts";
import type { Suite } from "../harness/suite.ts";
import { bareObject } from "../targets/bare-object.ts";
import { betterAuth, betterAuthMemory } from "../targets/better-auth.ts";
import { oidcProvider } from "../targets/oidc-provider.ts";
import { callback, forgetful, longPoll, sse, websocket } from "../targets/ours/index.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";

const OURS: readonly [Subject, ...Subject[]] = [
  websocket,
  sse,
  longPoll,
  callback,
  onDisk(websocket),
];
const FLOOR: readonly [Subject, ...Subject[]] = [bareObject, onDisk(bareObject)];

const SUBJECTS: readonly Subject[] = [
  ...OURS,
  oidcProvider,
  betterAuth,
  betterAuthMemory,
  nodeWs,
  nodeSse,
  ...FLOOR,
];

/**
 * The cost of objects after a login: the alarm that deletes data, and the removal from memory. It comes
 * later than the measurement, so it is measured on separate servers, which then do nothing else.
 */
const AFTER_LOGIN = [
  { server: forgetful, of: OURS },
  { server: { ...bareObject, name: "bare-object, afterwards" }, of: FLOOR },
];

/** The result of one round at one level of concurrency. */
interface Round {
  perSecond: number;
  /** Milliseconds. */
  cpu: number;
}

/** Complete logins per second, and the CPU time of each, at several levels of concurrency. */
export const throughput: Suite = {
  name: "throughput",
  measures: ["logins_per_second", "cpu_per_login", "cpu_afterwards"],
  baselines: true,
  async run(context) {
    const { quick, note, log } = context;
    const levels = quick ? [1, 16] : [1, 16, 64];
    const rounds = quick ? 1 : 3;
    const seconds = quick ? 0.3 : 1;
    note(
      "Server and driver share this machine's cores. Screens that poll ask once, as soon as the approval was answered: the cost of a login without the waiting.",
    );
    const apart: readonly Subject[] = AFTER_LOGIN.map(({ server }) => server);
    return await withSubjects([...SUBJECTS, ...apart], context, async (all) => {
      const started = all.filter(({ subject }) => SUBJECTS.includes(subject));
      const afterLogin: CostAfterLogin[] = [];
      for (const { server, of } of quick ? [] : AFTER_LOGIN) {
        const found = all.find(({ subject }) => subject === server);
        if (found) afterLogin.push({ of, cost: await logInAndLeave(found) });
      }
      for (const server of started) await work(server, 16, quick ? 0.2 : 1.5);

      const rows: Row[] = [];
      const active = new Map<string, Row[]>();
      for (const level of levels) {
        const measured = await interleaved(started, rounds, (server) =>
          work(server, level, seconds),
        );
        for (const [{ subject }, results] of measured) {
          const rate = middle(results.map(({ perSecond }) => perSecond));
          const cpu = middle(results.map((round) => round.cpu));
          log(
            `${subject.name} × ${level}: ${rate.value.toFixed(0)} /s, ${cpu.value.toFixed(2)} ms`,
          );
          const key = { subject: subject.name, at: level };
          rows.push({ measure: "logins_per_second", ...key, unit: "1/s", ...rate });
          const kept = active.get(subject.name) ?? [];
          active.set(subject.name, [
            ...kept,
            { measure: "cpu_per_login", ...key, unit: "ms", ...cpu },
          ]);
        }
      }
      if (afterLogin.length > 0) note(AFTERWARDS);
      for (const { of, cost } of afterLogin) {
        const value = await cost();
        const [{ name: subject }] = of;
        log(`${subject} afterwards: ${value.toFixed(2)} ms`);
        rows.push({ measure: "cpu_afterwards", subject, unit: "ms", value });
        for (const { name } of of) {
          active.set(
            name,
            (active.get(name) ?? []).map((row) => withExtraCost(row, value)),
          );
        }
      }
      rows.push(...[...active.values()].flat());
      return rows;
    });
  },
};

const AFTERWARDS =
  "Objects cost something after the login too (`cpu_afterwards`): they are removed from memory. This is measured on separate servers and included in `cpu_per_login`. The baselines never delete logins in this run, so that cost is not included for them.";

/** The cost after a login, and the subjects that it applies to. */
interface CostAfterLogin {
  of: readonly [Subject, ...Subject[]];
  /** Milliseconds of CPU. */
  cost: () => Promise<number>;
}

/** Keeps `level` logins running for some seconds. */
async function work({ running }: Started, level: number, seconds: number): Promise<Round> {
  let logins = 0;
  const startedAt = performance.now();
  const before = running.cpuSeconds();
  await runConcurrently(
    level,
    () => performance.now() - startedAt < seconds * 1000,
    async () => {
      await logIn(running);
      logins += 1;
    },
  );
  const elapsed = (performance.now() - startedAt) / 1000;
  const cpu = ((running.cpuSeconds() - before) * 1000) / logins;
  return { perSecond: logins / elapsed, cpu };
}

/** Number of logins for the cost afterwards. */
const LEFT_BEHIND = 400;

/** Milliseconds after which the last of them is certainly deleted. */
const FORGOTTEN_AFTER = 75_000;

/** Makes logins and returns a function that measures their cost afterwards, in milliseconds of CPU for each. */
async function logInAndLeave({ running }: Started): Promise<() => Promise<number>> {
  let logins = 0;
  await runConcurrently(
    16,
    () => logins < LEFT_BEHIND,
    async () => {
      logins += 1;
      await logIn(running);
    },
  );
  const endedAt = performance.now();
  const before = running.cpuSeconds();
  return async () => {
    const left = FORGOTTEN_AFTER - (performance.now() - endedAt);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return ((running.cpuSeconds() - before) * 1000) / logins;
  };
}
