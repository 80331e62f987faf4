import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { maxWaitingScreens, openFileLimit } from "../harness/open-files.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { distribution, middle } from "../harness/statistics.ts";
import type { Subject } from "../harness/subject.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bareObject } from "../targets/bare-object.ts";
import { patientLongPoll, patientSse, patientWebsocket } from "../targets/ours/index.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";
import { ScreenGroup } from "../idle/screen-group.ts";
import { repeat } from "../idle/repeat.ts";

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
const WITH_LOGINS: readonly Subject[] = [patientWebsocket, bareObject];

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

interface RunSize {
  /** Numbers of waiting screens, for the memory. */
  groups: readonly number[];
  /** Numbers of waiting screens during logins; the last one is what the machine allows, up to `most`. */
  beside: readonly number[];
  most: number;
  rounds: number;
  /** Logins in a round. */
  logins: number;
}

const FULL: RunSize = {
  groups: [100, 1000],
  beside: [10, 1000],
  most: LARGEST,
  rounds: 3,
  logins: 60,
};

const QUICK: RunSize = { groups: [5, 10], beside: [5], most: 10, rounds: 1, logins: 5 };

async function run(context: SuiteContext): Promise<Row[]> {
  const { quick, note } = context;
  const runSize = quick ? QUICK : FULL;
  note(
    "The memory of a screen is the growth of the server's process since before the first screen came, divided by the number of screens. workerd keeps the memory of sleeping objects for later, so its memory doesn't shrink; the number of open files does.",
  );
  const rows = await withSubjects(SUBJECTS, context, (started) =>
    measureGroups(started, runSize, context),
  );
  // One after the other, so that each can use all memory of the machine.
  const alone = (subject: Subject, measure: typeof measureLoginsWhileWaiting) =>
    withSubjects([subject], context, async ([server]) => {
      if (!server) throw new Error("nothing was started");
      return await measure(server, runSize, context);
    });
  for (const subject of WITH_LOGINS)
    rows.push(...(await alone(subject, measureLoginsWhileWaiting)));
  for (const subject of LARGE) rows.push(...(await alone(subject, measureLargestGroup)));
  return rows;
}

/** Increases the number of waiting screens at each subject and measures the memory. */
async function measureGroups(
  started: readonly Started[],
  { groups: sizes }: RunSize,
  { log, quick }: SuiteContext,
): Promise<Row[]> {
  const groups: ScreenGroup[] = [];
  try {
    for (const server of started) groups.push(await ScreenGroup.create(server));
    const rows: Row[] = [];
    for (const size of sizes) {
      for (const group of groups) {
        await group.growTo(size);
        rows.push(...group.rows("awake"));
      }
      log(`${size} screens wait at each`);
      if (quick) continue;
      await sleep(ASLEEP_AFTER);
      for (const group of groups.filter(({ sleeps }) => sleeps)) rows.push(...group.rows("asleep"));
    }
    return rows;
  } finally {
    for (const group of groups) group.close();
  }
}

/** Lets as many screens wait as this machine allows, and measures the memory. */
async function measureLargestGroup(
  server: Started,
  runSize: RunSize,
  { log, quick }: SuiteContext,
): Promise<Row[]> {
  const group = await ScreenGroup.create(server);
  try {
    await group.growTo(mostThatFit(server, runSize));
    log(`${group.size} screens wait at ${group.name}`);
    const awake = group.rows("awake");
    if (quick || !group.sleeps) return awake;
    await sleep(ASLEEP_AFTER);
    return [...awake, ...group.rows("asleep")];
  } finally {
    group.close();
  }
}

/** At least as many as before, since those were possible. */
function mostThatFit({ running }: Started, { groups, most }: RunSize): number {
  const fit = maxWaitingScreens(openFileLimit(limitsOf(running.pid)));
  return Math.min(most, Math.max(fit, ...groups));
}

function limitsOf(pid: number): string {
  return readFileSync(`/proc/${pid}/limits`, "utf8");
}

/** Measures logins while more and more screens wait, up to as many as this machine allows. */
async function measureLoginsWhileWaiting(
  server: Started,
  runSize: RunSize,
  { log, note, quick }: SuiteContext,
): Promise<Row[]> {
  const { running, subject } = server;
  const { beside, most, rounds, logins } = runSize;
  const group = await ScreenGroup.create(server);
  try {
    const largest = mostThatFit(server, runSize);
    if (largest < most) {
      note(
        `${most} screens of ${subject.name} would need more open files than the ${openFileLimit(limitsOf(running.pid))} that a process may have here: a sleeping object has two, an active one five. So ${largest} wait, there and in the comparison.`,
      );
    }
    const rows: Row[] = [];
    await repeat(rounds * logins, () => logIn(running));
    for (const size of new Set([...beside, largest])) {
      log(`${size} screens wait at ${subject.name}, and others log in`);
      await group.growTo(size);
      if (!quick && size > FEW) {
        if (size === largest) rows.push(...group.rows("awake"));
        await sleep(ASLEEP_AFTER);
        if (size === largest) rows.push(...group.rows("asleep"));
      }
      rows.push(...(await measureLogins(group, { rounds, logins })));
    }
    return rows;
  } finally {
    group.close();
  }
}

/** Measures logins while the screens of `group` wait. */
async function measureLogins(
  { server: { running }, size: at, name: subject }: ScreenGroup,
  { rounds, logins }: Pick<RunSize, "rounds" | "logins">,
): Promise<Row[]> {
  const results = await repeat(rounds, async () => {
    const before = running.cpuSeconds();
    const notified = await repeat(logins, async () => (await logIn(running)).notified);
    return { notified, cpu: ((running.cpuSeconds() - before) * 1000) / logins };
  });
  const key = { subject, at, unit: "ms" };
  return [
    { measure: "growth", ...key, ...middle(results.map(({ cpu }) => cpu)) },
    { measure: "growth_told", ...key, ...distribution(results.map(({ notified }) => notified)) },
  ];
}
