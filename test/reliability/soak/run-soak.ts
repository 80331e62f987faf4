import { createHash } from "node:crypto";
import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import * as v from "valibot";
import { jsonOf, send } from "../../../bench/harness/http.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { KilledServer } from "./killed-server.ts";
import { KillPlan } from "./kill-plan.ts";
import { playLogin, type SoakClient } from "./login.ts";
import { Network, type ServerError } from "./network.ts";
import { appPhones, passkeyPhone, startIssuer, type Phone } from "./phones.ts";
import { planLogin, type LoginPlan, type Transport } from "./plan.ts";
import { CallbackReceiver } from "./screens/callback.ts";
import { longPoll } from "./screens/long-poll.ts";
import { sse } from "./screens/sse.ts";
import type { Connect } from "./screens/watch.ts";
import { websocket } from "./screens/websocket.ts";
import { judge, type AccountReport, type LoginReport, type Verdict } from "./verdict.ts";

export interface SoakOptions {
  logins: number;
  kills: number;
  seed: number;
  /** Logins under way at a time. */
  atOnce: number;
  /** The share of answers that are lost, beside those that a kill loses. */
  lostAnswers: number;
  /** Seconds that a session lives. */
  sessionTtl: number;
  log: (line: string) => void;
}

export interface SoakResult {
  options: SoakOptions;
  reports: LoginReport[];
  verdicts: Verdict[];
  serverErrors: ServerError[];
  kills: number;
  requests: number;
  repeats: number;
  lostAnswers: number;
  seconds: number;
}

/** What the Worker calls itself: it never looks at the name by which it was reached. */
const ISSUER = "http://localhost";

/** Phones of each kind. Each of them approves many logins, several at a time. */
const PHONES = 16;

/** The algorithm of the built-in screen. RS256, the default of other clients, takes longer to sign. */
const ES256 = { id_token_signed_response_alg: "ES256" };

const SCREEN: SoakClient = { clientId: "screen" };
const CALLED_BACK: SoakClient = { clientId: "backend", secret: "only this backend knows it" };

/** Plays logins on a server that is killed again and again, and judges what became of each. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { logins, seed, sessionTtl } = options;
  const begunAt = performance.now();
  const issuer = await startIssuer(PHONES);
  const callbacks = await CallbackReceiver.start();
  const server = await KilledServer.start({
    ISSUER,
    SESSION_TTL: sessionTtl,
    MAX_DEVICES: 500,
    ISSUERS: [issuer.setting],
    CLIENTS: [
      { client_id: SCREEN.clientId, name: "Screen", ...ES256 },
      {
        client_id: CALLED_BACK.clientId,
        name: "Backend",
        ...ES256,
        callback_uri: callbacks.uri,
        client_secret_sha256: createHash("sha256")
          .update(CALLED_BACK.secret ?? "")
          .digest("hex"),
      },
    ],
  });
  try {
    const { origin } = server;
    const names = Array.from({ length: PHONES }, (_, i) => `Person ${i}`);
    const passkeys = await Promise.all(names.map((name) => passkeyPhone(origin, ISSUER, name)));
    const phones = [...appPhones(issuer), ...passkeys];
    const keys = createLocalJWKSet(
      jsonOf(await send(`${origin}/.well-known/jwks.json`)) as JSONWebKeySet,
    );

    // Which requests a kill meets depends on the machine; when kills are due depends on the seed.
    const plan = new KillPlan(options, new SeededRandom(seed, -1), () => void server.kill());
    const network = new Network({
      origin: () => server.origin,
      lostAnswers: options.lostAnswers,
      beforeRequest: () => plan.request(),
    });
    const connects = connectsOf(callbacks);
    let ended = 0;
    const play = async (login: LoginPlan): Promise<LoginReport> => {
      const phone = phones.at(Math.floor(login.phone * phones.length));
      if (!phone) throw new Error("There is no phone.");
      const report = await playLogin(
        {
          ...{ network, issuer: ISSUER, keys, phone },
          client: login.transport === "callback" ? CALLED_BACK : SCREEN,
          connect: connects[login.transport],
          sessionTtl: sessionTtl * 1000,
          random: new SeededRandom(seed + 1, login.index),
        },
        login,
      );
      ended += 1;
      plan.loginsEnded(ended);
      if (ended % 100 === 0) options.log(`${ended} logins, ${server.kills} kills`);
      return report;
    };
    const plans = inOrder(Array.from({ length: logins }, (_, index) => planLogin(seed, index)));
    const reports = await someAtATime(plans, options.atOnce, play);
    const accounts = await Promise.all(phones.map((phone) => accountOf(network, phone)));
    return {
      options,
      reports,
      verdicts: reports.map((report) => judge(report, accounts)),
      serverErrors: network.serverErrors,
      kills: server.kills,
      requests: network.requests,
      repeats: network.repeats,
      lostAnswers: network.lost,
      seconds: (performance.now() - begunAt) / 1000,
    };
  } finally {
    await server.stop();
    await Promise.all([issuer.stop(), callbacks.stop()]);
  }
}

function connectsOf(callbacks: CallbackReceiver): Record<Transport, Connect> {
  return { websocket, sse, "long-poll": longPoll, callback: callbacks.connect };
}

/** Logins that expire take as long as a session lives, so they begin early enough not to be waited for. */
function inOrder(plans: LoginPlan[]): LoginPlan[] {
  const expire = plans.filter(({ decision }) => decision === "expire");
  const others = plans.filter(({ decision }) => decision !== "expire");
  // Some at the beginning, and the rest among the first half of the others.
  const step = Math.max(1, Math.floor(others.length / 2 / Math.max(1, expire.length)));
  return others.flatMap((plan, i) => {
    const next = i % step === 0 ? expire.shift() : undefined;
    return next ? [next, plan] : [plan];
  });
}

/** Logins that wait for their expiry don't count: they would hold up the others. */
async function someAtATime(
  plans: readonly LoginPlan[],
  atOnce: number,
  play: (plan: LoginPlan) => Promise<LoginReport>,
): Promise<LoginReport[]> {
  const reports: Promise<LoginReport>[] = [];
  const running = new Set<Promise<unknown>>();
  for (const plan of plans) {
    while (running.size >= atOnce) await Promise.race(running);
    const report = play(plan);
    reports.push(report);
    if (plan.decision === "expire") continue;
    const settled = report.finally(() => running.delete(settled));
    running.add(settled);
  }
  return await Promise.all(reports);
}

const Devices = v.object({
  devices: v.array(v.object({ sid: v.string(), ended_at: v.optional(v.string()) })),
});

/** The logins that the account knows when all is over. */
async function accountOf(network: Network, { sub, headers }: Phone): Promise<AccountReport> {
  const random = new SeededRandom(0);
  const answer = await network.request(random, () => ({ path: "/account/devices", headers }));
  if (answer.status !== 200) throw new Error(`no devices: ${answer.status} ${answer.text}`);
  // One that ended without its owner is listed for a while, with its end.
  const { devices } = v.parse(Devices, jsonOf(answer));
  const alive = devices.filter(({ ended_at }) => ended_at === undefined);
  return { sub, sids: alive.map(({ sid }) => sid) };
}
