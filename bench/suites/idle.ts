import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { crowdThatFits, openFileLimit } from "../harness/open-files.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { distribution, middle } from "../harness/statistics.ts";
import type { Subject } from "../harness/subject.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bareObject } from "../targets/bare-object.ts";
import { patientLongPoll, patientSse, patientWebsocket } from "../targets/ours/index.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";
import { Crowd } from "../idle/crowd.ts";
import { times } from "../idle/times.ts";

/**
 * Idle connections: the memory of each waiting screen, with the object awake and asleep; and whether a
 * login costs more while many screens wait.
 */
export const idle: Suite = {
  name: "idle",
  measures: [
    "memory_per_waiting",
    "memory_per_waiting_asleep",
    "files_per_waiting",
    "files_per_waiting_asleep",
    "growth",
    "growth_told",
  ],
  run,
};

const SUBJECTS: readonly Subject[] = [
  patientWebsocket,
  patientSse,
  patientLongPoll,
  nodeWs,
  nodeSse,
  bareObject,
];

/** Subjects at which logins are made while the largest number of screens waits: ours, and the minimum. */
const CROWDED: readonly Subject[] = [patientWebsocket, bareObject];

/**
 * Subjects with the largest number of waiting screens, for their memory only. Long polls are left out:
 * ten thousand would be four hundred requests a second, and each holds the same as an event stream.
 */
const LARGE: readonly Subject[] = [patientSse, nodeWs, nodeSse];

/** Milliseconds until idle objects sleep: the runtime evicts them after ten seconds and checks from time to time. */
const ASLEEP_AFTER = 12_000;

const LARGEST = 10_000;

/** So few that it makes no difference to other logins whether they sleep. */
const FEW = 10;

interface Extent {
  /** Numbers of waiting screens, for the memory. */
  crowds: readonly number[];
  /** Numbers of waiting screens during logins; the last one is what the machine allows, up to `most`. */
  beside: readonly number[];
  most: number;
  rounds: number;
  /** Logins in a round. */
  logins: number;
}

const FULL: Extent = {
  crowds: [100, 1000],
  beside: [10, 1000],
  most: LARGEST,
  rounds: 3,
  logins: 60,
};

const QUICK: Extent = { crowds: [5, 10], beside: [5], most: 10, rounds: 1, logins: 5 };

async function run(context: SuiteContext): Promise<Row[]> {
  const { quick, note } = context;
  const extent = quick ? QUICK : FULL;
  note(
    "The memory of a screen is the growth of the server's process since before the first screen came, divided by the number of screens. workerd keeps the memory of sleeping objects for later, so its memory doesn't shrink; the number of open files does.",
  );
  const rows = await withSubjects(SUBJECTS, context, (started) => gather(started, extent, context));
  // One after the other, so that each can use all memory of the machine.
  const alone = (subject: Subject, measure: typeof growBeside) =>
    withSubjects([subject], context, async ([server]) => {
      if (!server) throw new Error("nothing was started");
      return await measure(server, extent, context);
    });
  for (const subject of CROWDED) rows.push(...(await alone(subject, growBeside)));
  for (const subject of LARGE) rows.push(...(await alone(subject, gatherMost)));
  return rows;
}

/** Increases the number of waiting screens at each subject and measures the memory. */
async function gather(
  started: readonly Started[],
  { crowds: sizes }: Extent,
  { log, quick }: SuiteContext,
): Promise<Row[]> {
  const crowds: Crowd[] = [];
  try {
    for (const server of started) crowds.push(await Crowd.before(server));
    const rows: Row[] = [];
    for (const size of sizes) {
      for (const crowd of crowds) {
        await crowd.growTo(size);
        rows.push(...crowd.rows("awake"));
      }
      log(`${size} screens wait at each`);
      if (quick) continue;
      await sleep(ASLEEP_AFTER);
      for (const crowd of crowds.filter(({ sleeps }) => sleeps)) rows.push(...crowd.rows("asleep"));
    }
    return rows;
  } finally {
    for (const crowd of crowds) crowd.dismiss();
  }
}

/** Lets as many screens wait as this machine allows, and measures the memory. */
async function gatherMost(
  server: Started,
  extent: Extent,
  { log, quick }: SuiteContext,
): Promise<Row[]> {
  const crowd = await Crowd.before(server);
  try {
    await crowd.growTo(mostThatFit(server, extent));
    log(`${crowd.size} screens wait at ${crowd.name}`);
    const awake = crowd.rows("awake");
    if (quick || !crowd.sleeps) return awake;
    await sleep(ASLEEP_AFTER);
    return [...awake, ...crowd.rows("asleep")];
  } finally {
    crowd.dismiss();
  }
}

/** At least as many as before, since those were possible. */
function mostThatFit({ running }: Started, { crowds, most }: Extent): number {
  const fit = crowdThatFits(openFileLimit(limitsOf(running.pid)));
  return Math.min(most, Math.max(fit, ...crowds));
}

function limitsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/limits`, "utf8");
}

/** Measures logins while more and more screens wait, up to as many as this machine allows. */
async function growBeside(
  server: Started,
  extent: Extent,
  { log, note, quick }: SuiteContext,
): Promise<Row[]> {
  const { running, subject } = server;
  const { beside, most, rounds, logins } = extent;
  const crowd = await Crowd.before(server);
  try {
    const largest = mostThatFit(server, extent);
    if (largest < most) {
      note(
        `${most} screens of ${subject.name} would need more open files than the ${openFileLimit(limitsOf(running.pid))} that a process may have here: a sleeping object has two, an active one five. So ${largest} wait, there and in the comparison.`,
      );
    }
    const rows: Row[] = [];
    await times(rounds * logins, () => logIn(running));
    for (const size of new Set([...beside, largest])) {
      log(`${size} screens wait at ${subject.name}, and others log in`);
      await crowd.growTo(size);
      if (!quick && size > FEW) {
        if (size === largest) rows.push(...crowd.rows("awake"));
        await sleep(ASLEEP_AFTER);
        if (size === largest) rows.push(...crowd.rows("asleep"));
      }
      rows.push(...(await logInBeside(crowd, { rounds, logins })));
    }
    return rows;
  } finally {
    crowd.dismiss();
  }
}

/** Measures logins while the screens of `crowd` wait. */
async function logInBeside(
  { server: { running }, size: at, name: subject }: Crowd,
  { rounds, logins }: Pick<Extent, "rounds" | "logins">,
): Promise<Row[]> {
  const results = await times(rounds, async () => {
    const before = running.cpuSeconds();
    const notified = await times(logins, async () => (await logIn(running)).notified);
    return { notified, cpu: ((running.cpuSeconds() - before) * 1000) / logins };
  });
  const key = { subject, at, unit: "ms" };
  return [
    { measure: "growth", ...key, ...middle(results.map(({ cpu }) => cpu)) },
    { measure: "growth_told", ...key, ...distribution(results.map(({ notified }) => notified)) },
  ];
}
