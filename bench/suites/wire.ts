import { setTimeout as sleep } from "node:timers/promises";
import { spread } from "../harness/poll-phases.ts";
import type { Row } from "../harness/rows.ts";
import { logIn, withSubjects, type Started } from "../harness/servers.ts";
import type { WaitingLogin } from "../harness/subject.ts";
import type { Suite } from "../harness/suite.ts";
import { bareObject } from "../targets/bare-object.ts";
import { betterAuth } from "../targets/better-auth.ts";
import { oidcProvider } from "../targets/oidc-provider.ts";
import { callback, longPoll, poll2s, poll5s, sse, websocket } from "../targets/ours/index.ts";
import { nodeSse, nodeWs } from "../targets/tutorial.ts";
import { startTcpProxy, type Wire } from "../wire/tcp-proxy.ts";
import { scaled, sum, type Traffic } from "../wire/traffic.ts";

const SUBJECTS = [
  websocket,
  sse,
  longPoll,
  poll5s,
  poll2s,
  callback,
  oidcProvider,
  betterAuth,
  nodeWs,
  nodeSse,
  bareObject,
];

/** Subjects whose login takes only seconds. */
const QUICK_SUBJECTS = [websocket, sse, poll2s, callback, nodeWs, bareObject];

/** Bytes and requests of a login on the wire. The counts don't depend on speed. */
export const wire: Suite = {
  name: "wire",
  measures: ["bytes", "requests", "connections", "bytes_while_waiting", "requests_while_waiting"],
  async run(context) {
    const { quick, note, log } = context;
    const runSize = quick ? { wait: 2.5, logins: 2 } : { wait: 30, logins: 5 };
    const subjects = quick ? QUICK_SUBJECTS : SUBJECTS;
    note(
      `Bytes and requests are counted by a proxy: everything that the screen, the phone and the server send in a login whose screen waits ${runSize.wait} to ${runSize.wait + 5} s. This is what TCP carries, without TLS, compression and the headers that only browsers send. Requests from the server to the client's backend (\`callback\`) are not included.`,
    );
    return await withSubjects(subjects, context, async (started) => {
      const rows = await Promise.all(
        started.map(async (one) => {
          const counted = await countOne(one, runSize);
          log(`${one.subject.name}: ${counted.all.up + counted.all.down} bytes a login`);
          return rowsOf(one.subject.name, counted);
        }),
      );
      return rows.flat();
    });
  },
};

/** Averages for one login. */
interface Counted {
  all: Traffic;
  waiting: Traffic;
}

async function countOne(
  { running }: Started,
  { wait, logins }: { wait: number; logins: number },
): Promise<Counted> {
  // The first login opens connections and fetches keys.
  await logIn(running);
  await using wire = await startTcpProxy({ to: Number(new URL(running.origin).port) });
  const begun: WaitingLogin[] = [];
  try {
    for (let i = 0; i < logins; i += 1) begun.push(await running.begin({ through: wire.origin }));
    const begin = await settled(wire);
    await sleep(wait * 1000);
    const waiting = wire.take();
    const moments = spread(logins, 2_500);
    await Promise.all(
      begun.map(async (login, i) => {
        await sleep(moments[i]);
        await login.scan();
        await login.approve();
        await login.finish();
      }),
    );
    const rest = await settled(wire);
    const each = (traffic: Traffic) => scaled(traffic, 1 / logins);
    return { all: each(sum(begin, waiting, rest)), waiting: each(waiting) };
  } finally {
    for (const login of begun) login.abandon();
  }
}

/** Milliseconds until the last bytes have arrived. */
const SETTLING = 300;

async function settled(wire: Wire): Promise<Traffic> {
  await sleep(SETTLING);
  return wire.take();
}

function rowsOf(subject: string, { all, waiting }: Counted): Row[] {
  return [
    { measure: "bytes", subject, unit: "bytes", value: all.up + all.down },
    { measure: "requests", subject, unit: "requests", value: all.requests },
    { measure: "connections", subject, unit: "connections", value: all.connections },
    { measure: "bytes_while_waiting", subject, unit: "bytes", value: waiting.up + waiting.down },
    { measure: "requests_while_waiting", subject, unit: "requests", value: waiting.requests },
  ];
}
