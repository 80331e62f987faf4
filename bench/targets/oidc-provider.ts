import { decodeJwt } from "jose";
import * as v from "valibot";
import { jsonOf, sendForm, type HttpAnswer } from "../harness/http.ts";
import { check, type BeginOptions, type Subject, type WaitingLogin } from "../harness/subject.ts";
import { pollForTokens } from "./device-poll.ts";
import { expectStatus } from "./ours/login.ts";
import { startBaseline, subjectOf } from "./baseline-process.ts";
import { Visitor } from "./visitor.ts";

const DeviceAuthorization = v.object({
  device_code: v.string(),
  user_code: v.string(),
  verification_uri_complete: v.string(),
  interval: v.optional(v.number(), 5),
});
const Tokens = v.object({ access_token: v.string(), id_token: v.string() });

/** A user with a signed-in browser, who approves one login at a time. */
interface Approver {
  visitor: Visitor;
  sub: string;
}

/** oidc-provider with its device flow. The approver is signed in before ("warm"). */
export const oidcProvider: Subject = {
  name: "oidc-provider",
  about:
    "oidc-provider 9, device flow, all in memory; the device polls at the prescribed interval, 5 s.",
  pollInterval: 5_000,
  async start() {
    const process = await startBaseline("oidc-provider");
    const idle: Approver[] = [];
    let people = 0;
    const approver = (): Approver => {
      people += 1;
      return { visitor: new Visitor(process.origin), sub: `person-${people}` };
    };
    return subjectOf(process, (options) =>
      beginLogin(process.origin, options, {
        take: () => idle.pop() ?? approver(),
        giveBack: (one) => idle.push(one),
      }),
    );
  },
};

async function beginLogin(
  own: string,
  { polls = true, through: origin = own }: BeginOptions,
  people: { take(): Approver; giveBack(one: Approver): void },
): Promise<WaitingLogin> {
  const begun = await sendForm(`${origin}/device/auth`, { client_id: "screen", scope: "openid" });
  expectStatus(begun, 200, "a device code");
  const device = v.parse(DeviceAuthorization, jsonOf(begun));
  const waiting = pollForTokens({
    interval: device.interval,
    polls,
    ask: () =>
      sendForm(`${origin}/token`, {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: device.device_code,
        client_id: "screen",
      }),
  });
  let confirmation: HttpAnswer;
  let person: Approver;
  return {
    async scan() {
      person = people.take();
      const { pathname, search } = new URL(device.verification_uri_complete);
      const page = await person.visitor.get(`${origin}${pathname}${search}`);
      expectStatus(page, 200, "the device page");
      confirmation = await person.visitor.submit(page);
      expectStatus(confirmation, 200, "the confirmation page");
      check(confirmation.text.includes('name="confirm"'), "The confirmation page has no form.");
    },
    async approve() {
      const sentAt = performance.now();
      let page = await person.visitor.submit(confirmation);
      // At first its development pages ask for a login and for consent, each with a form.
      while (!page.text.includes("Sign-in Success")) {
        expectStatus(page, 200, "a page of the approval");
        const filled = page.text.includes('name="login"')
          ? { login: person.sub, password: "any" }
          : {};
        page = await person.visitor.submit(page, filled);
      }
      people.giveBack(person);
      waiting.approved();
      return sentAt;
    },
    notified: waiting.tokens.then(({ at }) => at),
    async finish() {
      const answer = await waiting.tokens;
      const { id_token } = v.parse(Tokens, jsonOf(answer));
      check(decodeJwt(id_token).sub === person.sub, "The tokens belong to another user.");
      return answer.at;
    },
    abandon: waiting.abandon,
  };
}
