import { setTimeout as sleep } from "node:timers/promises";
import { interleaved } from "../harness/interleave.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { distribution, stratified } from "../harness/statistics.ts";
import { onDisk } from "../harness/subject.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bareObject } from "../targets/bare-object.ts";
import { betterAuth } from "../targets/better-auth.ts";
import { oidcProvider } from "../targets/oidc-provider.ts";
import { callback, longPoll, poll2s, poll5s, sse, websocket } from "../targets/ours/index.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";

/** Servers that notify the screen: measured one login at a time. */
const NOTIFIED = [
  websocket,
  sse,
  longPoll,
  callback,
  nodeWs,
  nodeSse,
  bareObject,
  onDisk(websocket),
  onDisk(bareObject),
];

/** Servers whose screens poll, and so wait most of the time: measured at the same time. */
const POLLING = [poll5s, poll2s, oidcProvider, betterAuth];

/** Subjects without tokens. */
const WITHOUT_TOKENS: readonly string[] = [nodeWs.name, nodeSse.name];

/** Milliseconds between the starts of two waiting logins. */
const BETWEEN = 100;

interface Times {
  notified: number;
  tokens: number;
}

/** Time from sending the approval until the screen knows of it, and until the screen has tokens. */
export const notification: Suite = {
  name: "notification",
  measures: ["told", "tokens"],
  baselines: true,
  async run(context) {
    const { quick, note } = context;
    note(
      "Where the server notifies the screen, one login is made after the other. Where the screen polls, a hundred screens wait at the same time, and the approvals are spread evenly over the polling interval.",
    );
    const rounds = quick ? 1 : 5;
    const logins = quick ? 5 : 60;
    return [
      ...(await withSubjects(NOTIFIED, context, (started) =>
        measureNotified(started, rounds, logins, context),
      )),
      ...(await withSubjects(POLLING, context, (started) =>
        measurePolling(started, quick ? 5 : 100, context),
      )),
    ];
  },
};

async function measureNotified(
  started: readonly Started[],
  rounds: number,
  logins: number,
  { log, quick }: SuiteContext,
): Promise<Row[]> {
  const inTurn = async ({ running }: Started, count: number): Promise<Times[]> => {
    const times: Times[] = [];
    while (times.length < count) times.push(await logIn(running));
    return times;
  };
  for (const server of started) await inTurn(server, quick ? 2 : 50);
  const measured = await interleaved(started, rounds, (server) => inTurn(server, logins));
  return Array.from(measured, ([{ subject }, times]) => rowsOf(subject.name, times, log)).flat();
}

async function measurePolling(
  started: readonly Started[],
  logins: number,
  { log }: SuiteContext,
): Promise<Row[]> {
  // One login each before measuring: the first one is slower.
  for (const { running } of started) await logIn(running);
  const measured = await Promise.all(
    started.map(async (server) => {
      const { pollInterval = 0 } = server.subject;
      const moments = stratified(logins, pollInterval, Math.random);
      // Their starts are spread too, so that no two things happen at the same moment.
      const begins = stratified(logins, logins * BETWEEN, Math.random);
      const times = await Promise.all(
        moments.map(async (moment, i) => {
          await sleep(begins[i]);
          return await pollUntilApproved(server, moment);
        }),
      );
      return rowsOf(server.subject.name, [times], log);
    }),
  );
  return measured.flat();
}

/** A login whose screen polls, approved `moment` milliseconds after it started to wait. */
async function pollUntilApproved({ running }: Started, moment: number): Promise<Times> {
  const startedAt = performance.now();
  const login = await running.begin();
  try {
    await login.scan();
    await sleep(Math.max(0, moment - (performance.now() - startedAt)));
    const sentAt = await login.approve();
    const notifiedAt = await login.notified;
    return { notified: notifiedAt - sentAt, tokens: (await login.finish()) - sentAt };
  } catch (error) {
    login.abandon();
    throw error;
  }
}

function rowsOf(subject: string, rounds: Times[][], log: (text: string) => void): Row[] {
  const row = (measure: "told" | "tokens", key: keyof Times): Row => ({
    measure,
    subject,
    unit: "ms",
    ...distribution(rounds.map((round) => round.map((times) => times[key]))),
  });
  const notified = row("told", "notified");
  const rows = WITHOUT_TOKENS.includes(subject) ? [notified] : [notified, row("tokens", "tokens")];
  for (const { measure, ...values } of rows) {
    if ("p50" in values) {
      const { p50, p95, p99 } = values;
      log(`${subject} ${measure}: ${p50.toFixed(2)} / ${p95.toFixed(2)} / ${p99.toFixed(2)} ms`);
    }
  }
  return rows;
}
