import { setTimeout as sleep } from "node:timers/promises";
import { interleaved } from "../harness/rounds.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import { distribution, stratified } from "../harness/statistics.ts";
import { onDisk } from "../harness/subject.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bareObject } from "../subjects/bare-object.ts";
import { betterAuth } from "../subjects/better-auth.ts";
import { oidcProvider } from "../subjects/oidc-provider.ts";
import { callback, longPoll, poll2s, poll5s, sse, websocket } from "../subjects/ours/index.ts";
import { nodeSse, nodeWs } from "../subjects/tutorial.ts";

/** Those whose screens are told: measured one login at a time. */
const TOLD = [
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

/** Those whose screens ask, and so wait most of the time: measured all at once. */
const ASKING = [poll5s, poll2s, oidcProvider, betterAuth];

/** There is nothing to get there but the word that somebody has logged in. */
const WITHOUT_TOKENS: readonly string[] = [nodeWs.name, nodeSse.name];

/** Milliseconds from one login that begins to wait to the next, where many do. */
const BETWEEN = 100;

interface Times {
  told: number;
  tokens: number;
}

/** From sending the approval to the screen knowing of it, and to the screen holding tokens. */
export const told: Suite = {
  name: "told",
  measures: ["told", "tokens"],
  peers: true,
  async run(context) {
    const { quick, note } = context;
    note(
      "Where the screen is told, one login is made after the other; where it asks, a hundred wait at once, and the approvals are spread evenly over the interval.",
    );
    const rounds = quick ? 1 : 5;
    const logins = quick ? 5 : 60;
    return [
      ...(await withSubjects(TOLD, context, (started) => toldOf(started, rounds, logins, context))),
      ...(await withSubjects(ASKING, context, (started) =>
        askedBy(started, quick ? 5 : 100, context),
      )),
    ];
  },
};

async function toldOf(
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

async function askedBy(
  started: readonly Started[],
  logins: number,
  { log }: SuiteContext,
): Promise<Row[]> {
  // One login each beforehand: first times are slower, for whoever asks.
  for (const { running } of started) await logIn(running);
  const measured = await Promise.all(
    started.map(async (server) => {
      const { pollInterval = 0 } = server.subject;
      const moments = stratified(logins, pollInterval, Math.random);
      // They begin one after the other too, so that no two things happen at the same moment.
      const begins = stratified(logins, logins * BETWEEN, Math.random);
      const times = await Promise.all(
        moments.map(async (moment, i) => {
          await sleep(begins[i]);
          return await askUntilTold(server, moment);
        }),
      );
      return rowsOf(server.subject.name, [times], log);
    }),
  );
  return measured.flat();
}

/** A login whose screen asks, approved so many milliseconds after it began to wait. */
async function askUntilTold({ running }: Started, moment: number): Promise<Times> {
  const begunAt = performance.now();
  const login = await running.begin();
  try {
    await login.scan();
    await sleep(Math.max(0, moment - (performance.now() - begunAt)));
    const sentAt = await login.approve();
    const toldAt = await login.told;
    return { told: toldAt - sentAt, tokens: (await login.finish()) - sentAt };
  } catch (error) {
    login.abandon();
    throw error;
  }
}

function rowsOf(subject: string, rounds: Times[][], log: (text: string) => void): Row[] {
  const row = (measure: "told" | "tokens"): Row => ({
    measure,
    subject,
    unit: "ms",
    ...distribution(rounds.map((round) => round.map((times) => times[measure]))),
  });
  const rows = WITHOUT_TOKENS.includes(subject) ? [row("told")] : [row("told"), row("tokens")];
  for (const { measure, ...values } of rows) {
    if ("p50" in values) {
      const { p50, p95, p99 } = values;
      log(`${subject} ${measure}: ${p50.toFixed(2)} / ${p95.toFixed(2)} / ${p99.toFixed(2)} ms`);
    }
  }
  return rows;
}
