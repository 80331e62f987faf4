import { createExecutionContext, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { app } from "../../../src/app.ts";
import type { LoginSession } from "../../../src/login-session/durable-object/login-session.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import type { CreatedSession, ScanResponse } from "../../../src/protocol/responses.ts";
import { parseSnapshot, type Snapshot } from "../../../src/protocol/snapshot.ts";
import { CREATION, ISSUER, madeUp, VERIFIER } from "../../support/api.ts";
import { codeOf } from "../../support/test-screen.ts";
import { TestPhone } from "../../support/test-phone.ts";
import type { Receiver } from "../../receivers/receiver.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { setClock } from "../../support/time.ts";
import { withoutRateLimits } from "../support/without-rate-limits.ts";
import { ScreenWatcher, TRANSPORTS } from "../support/screen-watcher.ts";
import { until } from "../support/until.ts";
import type { Action, Answer, RaceOutcome } from "./rules.ts";

interface Begun {
  clientId: string;
  created: CreatedSession;
  stub: DurableObjectStub<LoginSession>;
  bearer: { Authorization: string; "CF-Connecting-IP": string };
}

/** The state at the start of a race: pending, scanned or approved. */
export const STARTS = ["pending", "scanned", "approved"] as const;

export type Start = (typeof STARTS)[number];

const worker = withoutRateLimits(env);

const send = async (request: Request): Promise<Response> =>
  await app.fetch(request, worker, createExecutionContext());

/** Milliseconds: how long after the approval a code can be redeemed (CODE_TTL). */
const CODE_TTL = 60_000;

/** Milliseconds until a watcher must have received the state: longer than any delivery. */
const TOLD_LIMIT = 60_000;

/** An account with a phone that approves in many races. */
export async function newOwner(): Promise<TestPhone> {
  return await TestPhone.signUp("Ada", { worker });
}

/** Runs several actions on one session at the same moment. Returns what was observed. */
export async function race(
  start: Start,
  { owner, receiver, random }: { owner: TestPhone; receiver: Receiver; random: SeededRandom },
): Promise<RaceOutcome> {
  const now = Date.now();
  // The clock stands still, except for an expiry that takes part in the race.
  setClock(now);
  owner.headers["CF-Connecting-IP"] = someAddress();
  const login = await begin(receiver.clientId);
  const watchers = TRANSPORTS.map((transport) => new ScreenWatcher(transport, login, send));
  await told(watchers, ({ last }) => last !== undefined);

  const prepared = await prepare(start, login, owner);
  const racers = racersOf(start, { login, owner, random, now, ...prepared });
  const answers = [...prepared.answers];
  // Screens that redeem as soon as they receive a code.
  const screens = Array.from({ length: start === "scanned" ? random.below(3) : 0 }, async () => {
    answers.push(await redeemWhenApproved(login));
  });
  await Promise.all(
    random.shuffled(racers).map(async (racer) => {
      // Delayed by some microtasks, so that the actions meet at every step.
      for (let ticks = random.below(12); ticks > 0; ticks -= 1) await Promise.resolve();
      answers.push(await racer());
    }),
  );

  // A long poll is not connected between two requests.
  const current = await snapshotOf(login);
  if (current !== undefined && current.status !== "expired") {
    await told(watchers, ({ last, isOver }) => isOver || last?.version === current.version);
  }
  // Waiting watchers receive the expiry.
  setClock(Date.parse(login.created.expires_at) + CODE_TTL);
  await runDurableObjectAlarm(login.stub);
  await Promise.all(screens);
  await told(watchers, ({ isOver }) => isOver);
  const claimed = answers.some(({ action, status }) => action === "scan" && status === 200);
  const byCallback = claimed ? [await callbackOf(receiver, login)] : [];
  return {
    answers,
    watchers: [...watchers, ...byCallback].map(({ transport, told, gone }) => ({
      transport,
      told: told.map(({ status, version }) => ({ status, version })),
      gone,
    })),
    listed: await isListed(owner, login),
    sub: owner.sub,
  };
}

interface Prepared {
  scanToken: string;
  code: string | undefined;
  answers: Answer[];
}

async function prepare(start: Start, login: Begun, owner: TestPhone): Promise<Prepared> {
  const scanToken = madeUp();
  if (start === "pending") return { scanToken, code: undefined, answers: [] };
  const scanned = await scan(login, owner, scanToken);
  if (start === "scanned") return { scanToken, code: undefined, answers: [scanned] };
  const approved = await decide("approve", login, owner, scanToken);
  return { scanToken, code: await codeFor(login), answers: [scanned, approved] };
}

interface Race extends Prepared {
  login: Begun;
  owner: TestPhone;
  random: SeededRandom;
  now: number;
}

/** At least two of the possible actions. */
function racersOf(start: Start, racing: Race): (() => Promise<Answer>)[] {
  const { login, owner, random, scanToken, code, now } = racing;
  const cancel = () => post("cancel", login, "/cancel");
  const secondScan = () => scan(login, owner, madeUp(), "second phone");
  const approves = () => decide("approve", login, owner, scanToken);
  const denies = () => decide("deny", login, owner, scanToken);
  const expires = (at: number) => () => expire(login, at);
  switch (start) {
    case "pending": {
      const scans = () => scan(login, owner, scanToken);
      const end = Date.parse(login.created.expires_at);
      return some(random, [scans, scans, secondScan, cancel, expires(end)]);
    }
    case "scanned": {
      const end = Date.parse(login.created.expires_at);
      return some(random, [
        ...[approves, approves, denies, denies],
        ...[cancel, secondScan, expires(end)],
      ]);
    }
    case "approved": {
      const redeems = () => redeem(login, code ?? "");
      const wrongly = () => redeem(login, code ?? "", { verifier: "x".repeat(43) });
      return some(random, [
        ...[redeems, redeems, redeems, wrongly],
        ...[cancel, denies, approves, secondScan, expires(now + CODE_TTL)],
      ]);
    }
  }
}

function some<Item>(random: SeededRandom, items: readonly Item[]): Item[] {
  return random.shuffled(items).slice(0, 2 + random.below(items.length - 1));
}

async function begin(clientId: string): Promise<Begun> {
  const address = { "CF-Connecting-IP": someAddress() };
  const answer = await send(
    new Request(`${ISSUER}/sessions`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...address },
      body: JSON.stringify({
        ...CREATION,
        client_id: clientId,
        scope: "openid offline_access",
        user_code: false,
      }),
    }),
  );
  if (answer.status !== 201) throw new Error(`not created: ${await answer.text()}`);
  const created = await answer.json<CreatedSession>();
  const stub = sessionStub(env, created.session_id);
  if (!stub) throw new Error("the session has no object");
  return {
    clientId,
    created,
    stub,
    bearer: { Authorization: `Bearer ${created.watch_token}`, ...address },
  };
}

async function scan(
  login: Begun,
  owner: TestPhone,
  scanToken: string,
  by = "phone",
): Promise<Answer> {
  const body = { ...(await codeOf(login.created)), new_scan_token: scanToken };
  const answer = await owner.send(login, "scan", body);
  await answer.json<ScanResponse>();
  return { action: "scan", status: answer.status, by };
}

async function decide(
  action: "approve" | "deny",
  login: Begun,
  owner: TestPhone,
  scan_token: string,
): Promise<Answer> {
  const answer = await owner.send(login, action, { scan_token });
  await answer.text();
  return { action, status: answer.status, by: "phone" };
}

async function post(action: Action, login: Begun, path: string): Promise<Answer> {
  const url = `${ISSUER}/sessions/${login.created.session_id}${path}`;
  const answer = await send(new Request(url, { method: "POST", headers: login.bearer }));
  await answer.text();
  return { action, status: answer.status, by: "screen" };
}

async function expire(login: Begun, at: number): Promise<Answer> {
  setClock(at);
  await runDurableObjectAlarm(login.stub);
  return { action: "expiry", status: 0, by: "clock" };
}

async function redeemWhenApproved(login: Begun): Promise<Answer> {
  const watcher = new ScreenWatcher("websocket", login, send);
  await told([watcher], ({ isOver, last }) => isOver || last?.status === "approved");
  watcher.stop();
  const code = watcher.last?.code;
  return code === undefined
    ? { action: "redeem", status: 400, by: "screen" }
    : await redeem(login, code);
}

async function redeem(login: Begun, code: string, { verifier = VERIFIER } = {}): Promise<Answer> {
  const answer = await send(
    new Request(`${ISSUER}/token`, {
      method: "POST",
      headers: { "CF-Connecting-IP": login.bearer["CF-Connecting-IP"] },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: login.clientId,
        code,
        code_verifier: verifier,
      }),
    }),
  );
  const action = verifier === VERIFIER ? "redeem" : "wrong redeem";
  const body = await answer.json<{ id_token?: string; refresh_token?: string }>();
  if (body.id_token === undefined) return { action, status: answer.status, by: "screen" };
  const { sid, sub = "" } = decodeJwt(body.id_token);
  const tokens = { sid: String(sid), sub, refreshToken: body.refresh_token ?? "" };
  return { action, status: answer.status, by: "screen", tokens };
}

async function codeFor(login: Begun): Promise<string> {
  const snapshot = await snapshotOf(login);
  if (snapshot?.code === undefined) throw new Error(`no code: ${snapshot?.status}`);
  return snapshot.code;
}

/** The snapshot; undefined after the deletion. */
async function snapshotOf({ created, bearer }: Begun): Promise<Snapshot | undefined> {
  const url = `${ISSUER}/sessions/${created.session_id}`;
  const answer = await send(new Request(url, { headers: bearer }));
  const body = await answer.text();
  return answer.status === 200 ? parseSnapshot(body) : undefined;
}

/** The events of the callback receiver, once one is a final state. */
async function callbackOf(
  receiver: Receiver,
  { created }: Begun,
): Promise<{ transport: string; told: Pick<Snapshot, "status" | "version">[]; gone: boolean }> {
  for (let count = 1; ; count += 1) {
    // An event may come twice: its `jti` tells (RFC 8417 §2.2).
    const messages = (await receiver.got(count)).map(({ body }) => body);
    const told = [...new Map(messages.map((body) => [decodeJwt(body).jti, body])).values()]
      .map(eventOf)
      .filter(({ session_id }) => session_id === created.session_id)
      .sort((a, b) => a.version - b.version);
    const last = told.at(-1)?.status;
    if (last === undefined || last === "approved") continue;
    return { transport: "callback", told, gone: false };
  }
}

function eventOf(token: string): Pick<Snapshot, "session_id" | "status" | "version"> {
  const events = decodeJwt(token)["events"] as Record<string, Snapshot>;
  const [event] = Object.values(events);
  if (!event) throw new Error("there is no event in it");
  return event;
}

async function isListed(owner: TestPhone, { created }: Begun): Promise<boolean> {
  const { devices } = await (await owner.get("/account/devices")).json<DevicesResponse>();
  // One that ended without its owner is listed for a while, with its end.
  return devices.some((device) => device.sid === created.session_id && !("ended_at" in device));
}

/** Waits until this holds for every watcher. */
async function told(
  watchers: readonly ScreenWatcher[],
  test: (watcher: ScreenWatcher) => boolean,
): Promise<void> {
  const behind = () => {
    const missing = watchers.filter((watcher) => !test(watcher));
    if (missing.length === 0) return undefined;
    const each = missing.map(({ transport, told, isOver }) => {
      const statuses = told.map(({ status, version }) => `${status} ${version}`).join(", ");
      return `${transport}: ${statuses}${isOver ? ", over" : ""}`;
    });
    return `a watcher was not told: ${each.join("; ")}`;
  };
  await until(behind, TOLD_LIMIT);
}

function someAddress(): string {
  const groups = crypto.getRandomValues(new Uint16Array(4));
  return `2001:${[...groups].map((group) => group.toString(16)).join(":")}::1`;
}
