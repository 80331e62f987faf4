import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { app } from "../../src/app.ts";
import type { LoginsAnswer } from "../../src/protocol/answers.ts";
import { madeUp } from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { Browser, ISSUER, problemOf } from "../support/browser.ts";
import { TestIssuer } from "../support/issuer.ts";
import { restoreClock, setClock } from "../support/time.ts";

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

/** Somebody with a passkey account, on their phone. */
async function person(): Promise<{ phone: Browser; sub: string }> {
  const phone = new Browser();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await phone.registrationOptions());
  const answer = await phone.post("/account/register", { response });
  return { phone, sub: (await answer.json<{ account: { sub: string } }>()).account.sub };
}

/** A screen is logged in through the account. Returns the login's name. */
async function logIn(sub: string, clientId = "screen"): Promise<string> {
  const sessionId = madeUp();
  const approvedAt = Date.now();
  const grant = { sessionId, clientId, scope: "openid", account: { sub }, approvedAt, screen: {} };
  using begun = await accountStub(env, sub).beginLogin({ grant, expiresAt: approvedAt + DAY });
  if (!begun.ok) throw new Error(begun.error);
  return sessionId;
}

const listOf = async (phone: Browser) =>
  (await (await phone.get("/account/logins")).json<LoginsAnswer>()).logins;

describe("the list of one's logins", () => {
  it("says where one is logged in, since when, and how long ago that was used", async () => {
    const { phone, sub } = await person();
    expect(await listOf(phone)).toEqual([]);
    const now = Date.now();
    setClock(now);
    const first = await logIn(sub);
    setClock(now + 1000);
    const second = await logIn(sub, "long-gone");
    const answer = await phone.get("/account/logins");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const [older, newer] = [now, now + 1000].map((instant) => new Date(instant).toISOString());
    expect(await answer.json()).toEqual({
      logins: [
        {
          sid: second,
          client: { client_id: "long-gone", name: "long-gone" },
          began_at: newer,
          last_used_at: newer,
        },
        {
          sid: first,
          client: { client_id: "screen", name: "QR login" },
          began_at: older,
          last_used_at: older,
        },
      ],
    });
  });

  it("has none that have ended, by themselves or otherwise", async () => {
    const { phone, sub } = await person();
    const ended = await logIn(sub);
    await accountStub(env, sub).endLogin(ended);
    await logIn(sub);
    expect(await listOf(phone)).toHaveLength(1);
    setClock(Date.now() + DAY);
    expect(await listOf(phone)).toEqual([]);
  });

  it("is for nobody who isn't signed in", async () => {
    const answer = await new Browser().get("/account/logins");
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });
});

describe("ending one's login", () => {
  it("ends that one alone", async () => {
    const { phone, sub } = await person();
    const [one, other] = [await logIn(sub), await logIn(sub)];
    expect((await phone.delete(`/account/logins/${one}`)).status).toBe(204);
    expect((await listOf(phone)).map(({ sid }) => sid)).toEqual([other]);
    expect(await accountStub(env, sub).isLoggedIn(one)).toBe(false);
  });

  it("a second time, or one that never was, changes nothing and leaves no trace", async () => {
    const { phone, sub } = await person();
    expect((await phone.delete(`/account/logins/${madeUp()}`)).status).toBe(204);
    const rows = await runInDurableObject(accountStub(env, sub), (_, { storage }) =>
      Array.from(storage.kv.list({ prefix: "login:" })),
    );
    expect(rows).toEqual([]);
  });

  it("is nothing that anybody else can do", async () => {
    const ada = await person();
    const eve = await person();
    const sid = await logIn(ada.sub);
    expect((await eve.phone.delete(`/account/logins/${sid}`)).status).toBe(204);
    expect(await listOf(ada.phone)).toHaveLength(1);
    const nobody = await new Browser().delete(`/account/logins/${sid}`);
    expect(await problemOf(nobody)).toEqual([401, "sign_in_required"]);
  });

  it.each([
    ["from another site", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
    ["from a sister site", { "Sec-Fetch-Site": "same-site" }],
    ["from nowhere", { Origin: undefined }],
  ])("%s is refused, whatever cookie comes with it", async (_, headers) => {
    const { phone, sub } = await person();
    const sid = await logIn(sub);
    const own = phone.headers;
    phone.headers = { ...own, ...headers };
    const answer = await phone.delete(`/account/logins/${sid}`);
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    phone.headers = own;
    expect(await listOf(phone)).toHaveLength(1);
  });

  it.each(["x", `${madeUp()}x`, "a/b"])("that is called %s is refused", async (sid) => {
    const { phone } = await person();
    expect(await problemOf(await phone.delete(`/account/logins/${sid}`))).toEqual([
      404,
      "not_found",
    ]);
  });
});

describe("an app with a token of a trusted issuer", () => {
  it("sees and ends its person's logins, without an Origin", async () => {
    const issuer = await TestIssuer.start("ES256", { subject_prefix: "acme:" });
    const sub = `acme:${crypto.randomUUID()}`;
    const sid = await logIn(sub);
    const headers = {
      Authorization: `Bearer ${await issuer.token({ sub: sub.slice("acme:".length) })}`,
    };
    const ask = (path: string, method: string) =>
      app.fetch(new Request(`${ISSUER}${path}`, { method, headers }), {
        ...env,
        ISSUERS: [issuer.trusted],
      });
    const list = await (await ask("/account/logins", "GET")).json<LoginsAnswer>();
    expect(list.logins.map((login) => login.sid)).toEqual([sid]);
    expect((await ask(`/account/logins/${sid}`, "DELETE")).status).toBe(204);
    expect(await (await ask("/account/logins", "GET")).json()).toEqual({ logins: [] });
  });

  it("that isn't good sees nothing", async () => {
    const answer = await app.fetch(
      new Request(`${ISSUER}/account/logins`, { headers: { Authorization: "Bearer x.y.z" } }),
      env,
    );
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });
});

describe("other methods", () => {
  it.each([
    ["POST", "/account/logins", "GET"],
    ["DELETE", "/account/logins", "GET"],
    ["GET", `/account/logins/${madeUp()}`, "DELETE"],
    ["PUT", `/account/logins/${madeUp()}`, "DELETE"],
  ])("%s %s", async (method, path, allowed) => {
    const answer = await app.fetch(new Request(`${ISSUER}${path}`, { method }), env);
    expect(answer.headers.get("Allow")).toBe(allowed);
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });
});
