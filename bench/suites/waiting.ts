import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { crowdThatFits, openFileLimit } from "../harness/open-files.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { distribution, middle } from "../harness/statistics.ts";
import type { Subject } from "../harness/subject.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bareObject } from "../subjects/bare-object.ts";
import { patientLongPoll, patientSse, patientWebsocket } from "../subjects/ours/index.ts";
import { nodeSse, nodeWs } from "../subjects/tutorial.ts";
import { Crowd } from "../waiting/crowd.ts";
import { times } from "../waiting/times.ts";

/**
 * Screens that wait: the memory that each of them costs, awake and asleep; and whether a login costs
 * more where many others wait beside it.
 */
export const waiting: Suite = {
  name: "waiting",
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

/** Those beside whose crowd, the largest of all, a login is made: ours, and the floor. */
const CROWDED: readonly Subject[] = [patientWebsocket, bareObject];

/**
 * Those of whose largest crowd only the memory is looked at. Ten thousand long polls would be four
 * hundred new requests a second: what one of them holds is what an event stream does.
 */
const LARGE: readonly Subject[] = [patientSse, nodeWs, nodeSse];

/** Objects sleep after ten seconds in which nothing happens; the runtime looks every so often. */
const ASLEEP_AFTER = 12_000;

const LARGEST = 10_000;

/** So few that it makes no difference to a login beside them whether they sleep. */
const FEW = 10;

interface Extent {
  /** How many wait, for their memory. */
  crowds: readonly number[];
  /** How many wait beside a login; and last as many as there is place for, up to `most`. */
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
    "A screen's memory is what the server's process holds more than before the first of them came, divided by how many wait. Workerd keeps the memory of objects that sleep for those that wake, so what it holds does not fall; the files that are open do.",
  );
  const rows = await withSubjects(SUBJECTS, context, (started) => gather(started, extent, context));
  // One after the other: each has the machine's memory to itself.
  const alone = (subject: Subject, measure: typeof growBeside) =>
    withSubjects([subject], context, async ([server]) => {
      if (!server) throw new Error("nothing was started");
      return await measure(server, extent, context);
    });
  for (const subject of CROWDED) rows.push(...(await alone(subject, growBeside)));
  for (const subject of LARGE) rows.push(...(await alone(subject, gatherMost)));
  return rows;
}

/** Lets ever more screens wait at each, and looks at what that costs. */
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

/** Lets as many wait as this machine allows, and looks at what they cost together. */
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

/** No fewer than have been gathered before: so many do fit. */
function mostThatFit({ running }: Started, { crowds, most }: Extent): number {
  const fit = crowdThatFits(openFileLimit(limitsOf(running.pid)));
  return Math.min(most, Math.max(fit, ...crowds));
}

function limitsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/limits`, "utf8");
}

/** Makes the same login beside ever more that wait: in the end, as many as this machine lets us gather. */
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
        `${most} screens of ${subject.name} would want more open files than the ${openFileLimit(limitsOf(running.pid))} that a process may have here: a sleeping object has two open, one that is awake five. So ${largest} wait, there and where they are compared with it.`,
      );
    }
    const rows: Row[] = [];
    await times(rounds * logins, () => logIn(running));
    for (const size of new Set([...beside, largest])) {
      log(`${size} screens wait at ${subject.name}, and others log in beside them`);
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

/** A login like any other, with so many waiting beside it. */
async function logInBeside(
  { server: { running }, size: at, name: subject }: Crowd,
  { rounds, logins }: Pick<Extent, "rounds" | "logins">,
): Promise<Row[]> {
  const results = await times(rounds, async () => {
    const before = running.cpuSeconds();
    const told = await times(logins, async () => (await logIn(running)).told);
    return { told, cpu: ((running.cpuSeconds() - before) * 1000) / logins };
  });
  const key = { subject, at, unit: "ms" };
  return [
    { measure: "growth", ...key, ...middle(results.map(({ cpu }) => cpu)) },
    { measure: "growth_told", ...key, ...distribution(results.map(({ told }) => told)) },
  ];
}
