import { inLanes, interleaved } from "../harness/rounds.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { middle } from "../harness/statistics.ts";
import { onDisk, type Subject } from "../harness/subject.ts";
import type { Suite } from "../harness/suite.ts";
import { bareObject } from "../subjects/bare-object.ts";
import { betterAuth, betterAuthMemory } from "../subjects/better-auth.ts";
import { oidcProvider } from "../subjects/oidc-provider.ts";
import { callback, forgetful, longPoll, sse, websocket } from "../subjects/ours/index.ts";
import { nodeSse, nodeWs } from "../subjects/tutorial.ts";

/** Ours first: what they forget is measured beside them. */
const OURS = [websocket, sse, longPoll, callback, onDisk(websocket)];

const SUBJECTS: readonly Subject[] = [
  ...OURS,
  oidcProvider,
  betterAuth,
  betterAuthMemory,
  nodeWs,
  nodeSse,
  bareObject,
  onDisk(bareObject),
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
  measures: ["logins_per_second", "cpu_per_login", "cpu_to_forget"],
  peers: true,
  async run(context) {
    const { quick, note, log } = context;
    const levels = quick ? [1, 16] : [1, 16, 64];
    const rounds = quick ? 1 : 3;
    const seconds = quick ? 0.3 : 1.5;
    note(
      "Server and driver share this machine's cores. Those that poll ask once, as soon as the approval was answered: what a login costs without the waiting.",
    );
    return await withSubjects([...SUBJECTS, forgetful], context, async (all) => {
      const started = all.filter(({ subject }) => subject !== forgetful);
      const forgets = quick
        ? undefined
        : await beginToForget(all.find(({ subject }) => subject === forgetful));
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
      const forgetting = await forgets?.();
      if (forgetting !== undefined) {
        log(`To forget a login: ${forgetting.toFixed(2)} ms`);
        note(FORGETTING);
        const row = { measure: "cpu_to_forget", subject: "websocket", unit: "ms" };
        rows.push({ ...row, value: forgetting });
      }
      const ours = OURS.map(({ name }) => name);
      for (const [subject, cpu] of active) {
        rows.push(...cpu.map((row) => later(row, ours.includes(subject) ? (forgetting ?? 0) : 0)));
      }
      return rows;
    });
  },
};

const FORGETTING =
  "Our Worker remembers an ended login for a minute. What it then costs to forget it (`cpu_to_forget`) is measured on a server of its own and part of our `cpu_per_login`; the floor deletes at once, and the peers' costs of forgetting are not in theirs.";

/** A cost with what comes later on top. */
function later(row: Row, more: number): Row {
  if (!("value" in row)) return row;
  const { value, spread, ...rest } = row;
  return {
    ...rest,
    value: value + more,
    ...(spread ? { spread: [spread[0] + more, spread[1] + more] } : {}),
  };
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

/** Logins to be forgotten: for a server that has nothing else to do, and forgets within a minute. */
const TO_FORGET = 400;

/** Milliseconds after which the last of them is forgotten for sure. */
const FORGOTTEN_AFTER = 75_000;

/** Makes logins, and promises to say, in milliseconds of CPU for each, what it has cost to forget them. */
async function beginToForget(
  server: Started | undefined,
): Promise<(() => Promise<number>) | undefined> {
  if (!server) return undefined;
  const { running } = server;
  let logins = 0;
  await inLanes(
    16,
    () => logins < TO_FORGET,
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
