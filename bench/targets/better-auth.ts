import * as v from "valibot";
import { jsonOf, send, sendJson } from "../harness/http.ts";
import { check, type BeginOptions, type Subject, type WaitingLogin } from "../harness/subject.ts";
import { pollForTokens } from "./device-poll.ts";
import { expectStatus } from "./ours/login.ts";
import { startBaseline, subjectOf } from "./baseline-process.ts";
import { Visitor } from "./visitor.ts";

const DeviceCode = v.object({
  device_code: v.string(),
  user_code: v.string(),
  interval: v.number(),
});
const Verified = v.object({ status: v.literal("pending") });
const Approved = v.object({ success: v.literal(true) });
const Tokens = v.object({ access_token: v.string() });

const API = "/api/auth";

const about =
  "device authorization; the device polls at the prescribed interval, 5 s. The result is an unsigned session token.";

/** better-auth with its device grant. The approver is signed in before ("warm"). */
export const betterAuth: Subject = {
  name: "better-auth",
  about: `better-auth 1.7 on SQLite (node:sqlite, WAL), ${about}`,
  pollInterval: 5_000,
  start: ({ folder }) => start({ FOLDER: folder }),
};

export const betterAuthMemory: Subject = {
  name: "better-auth-memory",
  about: `better-auth 1.7 on its memory adapter, ${about}`,
  pollInterval: 5_000,
  start: () => start({ DATABASE: "memory" }),
};

/** Approvers, each with a signed-in browser. They sign up before the measurement, because hashing a password takes long. */
const PEOPLE = 16;

async function start(env: Record<string, string>) {
  const process = await startBaseline("better-auth", env);
  const cookies: string[] = [];
  for (let number = 0; number < PEOPLE; number += 1) {
    cookies.push(await signUp(process.origin, number));
  }
  let turn = 0;
  return subjectOf(process, (options) => {
    const cookie = cookies[turn % PEOPLE];
    turn += 1;
    if (cookie === undefined) throw new Error("there are no people");
    return beginLogin(process.origin, cookie, options);
  });
}

async function signUp(origin: string, number: number): Promise<string> {
  const answer = await sendJson(
    `${origin}${API}/sign-up/email`,
    {
      name: `Person ${number}`,
      email: `person-${number}@example.com`,
      password: "a long password",
    },
    { Origin: origin },
  );
  expectStatus(answer, 200, "an account");
  const visitor = new Visitor(origin);
  visitor.keep(answer);
  return visitor.cookiesFor("/");
}

async function beginLogin(
  own: string,
  cookie: string,
  { polls = true, through: origin = own }: BeginOptions,
): Promise<WaitingLogin> {
  const url = `${origin}${API}`;
  const cookies = { Cookie: cookie, Origin: own };
  const begun = await sendJson(`${url}/device/code`, { client_id: "screen", scope: "openid" });
  expectStatus(begun, 200, "a device code");
  const device = v.parse(DeviceCode, jsonOf(begun));
  const waiting = pollForTokens({
    interval: device.interval,
    polls,
    ask: () =>
      sendJson(`${url}/device/token`, {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: device.device_code,
        client_id: "screen",
      }),
  });
  return {
    async scan() {
      const found = await send(`${url}/device?user_code=${device.user_code}`, { headers: cookies });
      expectStatus(found, 200, "the device's request");
      v.parse(Verified, jsonOf(found));
    },
    async approve() {
      const sentAt = performance.now();
      const body = { userCode: device.user_code };
      const answer = await sendJson(`${url}/device/approve`, body, cookies);
      expectStatus(answer, 200, "an approval");
      v.parse(Approved, jsonOf(answer));
      waiting.approved();
      return sentAt;
    },
    notified: waiting.tokens.then(({ at }) => at),
    async finish() {
      const answer = await waiting.tokens;
      check(v.is(Tokens, jsonOf(answer)), "There is no token in the answer.");
      return answer.at;
    },
    abandon: waiting.abandon,
  };
}
