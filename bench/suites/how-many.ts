import { inLanes, interleaved } from "../harness/rounds.ts";
import { dearer, type Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { middle } from "../harness/statistics.ts";
import { onDisk, type Subject } from "../harness/subject.ts";
import type { Suite } from "../harness/suite.ts";
import { bareObject } from "../subjects/bare-object.ts";
import { betterAuth, betterAuthMemory } from "../subjects/better-auth.ts";
import { oidcProvider } from "../subjects/oidc-provider.ts";
import { callback, forgetful, longPoll, sse, websocket } from "../subjects/ours/index.ts";
import { nodeSse, nodeWs } from "../subjects/tutorial.ts";

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
 * What objects cost once a login is over: the alarm that forgets it, and that they leave the memory. It
 * comes when nobody measures any more, so it is measured on servers of its own, which then do nothing.
 */
const AFTERMATHS = [
  { server: forgetful, of: OURS },
  { server: { ...bareObject, name: "bare-object, afterwards" }, of: FLOOR },
];

/** What one round at one level has shown. */
interface Round {
  perSecond: number;
  /** Milliseconds. */
  cpu: number;
}

/** How many complete logins a second, and what each costs the server, at so many at a time. */
export const howMany: Suite = {
  name: "how-many",
  measures: ["logins_per_second", "cpu_per_login", "cpu_afterwards"],
  peers: true,
  async run(context) {
    const { quick, note, log } = context;
    const levels = quick ? [1, 16] : [1, 16, 64];
    const rounds = quick ? 1 : 3;
    const seconds = quick ? 0.3 : 1;
    note(
      "Server and driver share this machine's cores. Those that poll ask once, as soon as the approval was answered: what a login costs without the waiting.",
    );
    const apart: readonly Subject[] = AFTERMATHS.map(({ server }) => server);
    return await withSubjects([...SUBJECTS, ...apart], context, async (all) => {
      const started = all.filter(({ subject }) => SUBJECTS.includes(subject));
      const aftermaths: Aftermath[] = [];
      for (const { server, of } of quick ? [] : AFTERMATHS) {
        const found = all.find(({ subject }) => subject === server);
        if (found) aftermaths.push({ of, cost: await logInAndLeave(found) });
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
      if (aftermaths.length > 0) note(AFTERWARDS);
      for (const { of, cost } of aftermaths) {
        const value = await cost();
        const [{ name: subject }] = of;
        log(`${subject} afterwards: ${value.toFixed(2)} ms`);
        rows.push({ measure: "cpu_afterwards", subject, unit: "ms", value });
        for (const { name } of of) {
          active.set(
            name,
            (active.get(name) ?? []).map((row) => dearer(row, value)),
          );
        }
      }
      rows.push(...[...active.values()].flat());
      return rows;
    });
  },
};

const AFTERWARDS =
  "Objects cost something after the login too (`cpu_afterwards`): they leave the memory. That is measured on servers of its own, and part of `cpu_per_login`. The peers never forget in this run, and what that would cost is not in theirs.";

/** What a login costs when it is over, and whose logins those are. */
interface Aftermath {
  of: readonly [Subject, ...Subject[]];
  /** Milliseconds of CPU. */
  cost: () => Promise<number>;
}

/** Keeps so many logins going for a while. */
async function work({ running }: Started, level: number, seconds: number): Promise<Round> {
  let logins = 0;
  const begunAt = performance.now();
  const before = running.cpuSeconds();
  await inLanes(
    level,
    () => performance.now() - begunAt < seconds * 1000,
    async () => {
      await logIn(running);
      logins += 1;
    },
  );
  const elapsed = (performance.now() - begunAt) / 1000;
  const cpu = ((running.cpuSeconds() - before) * 1000) / logins;
  return { perSecond: logins / elapsed, cpu };
}

/** Logins whose aftermath is measured. */
const LEFT_BEHIND = 400;

/** Milliseconds after which the last of them is forgotten for sure. */
const FORGOTTEN_AFTER = 75_000;

/** Makes logins, and promises to say, in milliseconds of CPU for each, what they still cost when all were over. */
async function logInAndLeave({ running }: Started): Promise<() => Promise<number>> {
  let logins = 0;
  await inLanes(
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
