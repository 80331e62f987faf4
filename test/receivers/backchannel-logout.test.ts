import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { configOf } from "../../src/config/index.ts";
import type { LogoutNotice } from "../../src/oidc/backchannel/logout-token.ts";
import type { Outbox } from "../../src/lib/outbox/outbox.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { storageOf } from "../support/accounts.ts";
import { api, ISSUER, redeem } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { ReceivedMessage } from "./receiver-behaviour.ts";
import { CONFIDENTIAL, SIGNED_OUT } from "./receiver-clients.ts";
import { Receiver } from "./receiver.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());
afterEach(restoreClock);

let clients = 0;

interface LoggedIn {
  receiver: Receiver;
  login: TestScreen;
  sub: string;
  code: string;
  tokens: TokenResponse;
}

/** A new client and a login of it. */
async function loggedIn(sub = `person-${clients}`): Promise<LoggedIn> {
  const receiver = new Receiver(`logout-${++clients}`);
  await receiver.behave({ status: 200 });
  const login = await TestScreen.begin({ client_id: receiver.clientId });
  await login.approve(await login.scan(), sub);
  return await redeemed(receiver, login, sub);
}

async function redeemed(
  receiver: Receiver,
  login: TestScreen,
  sub: string,
  proof: Record<string, string> = { client_id: receiver.clientId },
): Promise<LoggedIn> {
  const path = `/sessions/${login.created.session_id}`;
  const { code = "" } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
  const answer = await redeem(code, proof);
  if (answer.status !== 200) throw new Error(`not redeemed: ${await answer.text()}`);
  return { receiver, login, sub, code, tokens: await answer.json<TokenResponse>() };
}

/** The claims of a logout token, verified as its client must (Back-Channel Logout §2.6). */
async function verified(
  { body }: ReceivedMessage,
  clientId: string,
  algorithm = "RS256",
): Promise<JWTPayload> {
  const form = new URLSearchParams(body);
  expect([...form.keys()]).toEqual(["logout_token"]);
  const jwks = await (await api("/.well-known/jwks.json")).json<JSONWebKeySet>();
  const { payload } = await jwtVerify(form.get("logout_token") ?? "", createLocalJWKSet(jwks), {
    issuer: ISSUER,
    audience: clientId,
    typ: "logout+jwt",
    // Those of the client's ID tokens (§2.4).
    algorithms: [algorithm],
    requiredClaims: ["iat", "exp", "jti"],
    currentDate: new Date(),
  });
  return payload;
}

const outboxOf = (sub: string): Promise<Outbox<LogoutNotice>> =>
  runInDurableObject(
    accountStub(env, sub),
    (_, { storage }) => storage.kv.get<Outbox<LogoutNotice>>("outbox") ?? [],
  );

const settled = (sub: string) => expect.poll(() => outboxOf(sub)).toEqual([]);

describe("a client with a backchannel_logout_uri", () => {
  it("sends a logout token with the sub and sid of the ID token [BACKCHANNEL-LOGOUT-2.1]", async () => {
    const { receiver, sub, code, tokens } = await loggedIn();
    // A second use of the code with its verifier ends the login.
    setClock(Date.now() + 60_000);
    expect((await redeem(code, { client_id: receiver.clientId })).status).toBe(400);
    const messages = await receiver.got(1);
    await settled(sub);
    expect(messages).toHaveLength(1);
    const [message] = messages;
    if (!message) throw new Error("no message");
    expect(message.method).toBe("POST");
    expect(message.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    const { iat = 0, exp = 0, jti, ...claims } = await verified(message, receiver.clientId);
    expect(claims).toEqual({
      iss: ISSUER,
      aud: receiver.clientId,
      sub,
      sid: decodeJwt(tokens.id_token ?? "")["sid"],
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    expect(exp - iat).toBeLessThanOrEqual(120);
    expect(jti).toMatch(/^[\w-]{43}$/);
  });

  it("sends one logout token however often the login is ended [ASVS-7.6.1]", async () => {
    const { receiver, sub, code, login } = await loggedIn();
    setClock(Date.now() + 60_000);
    await redeem(code, { client_id: receiver.clientId });
    await redeem(code, { client_id: receiver.clientId });
    await accountStub(env, sub).endLogin(login.created.session_id);
    await receiver.got(1);
    await settled(sub);
    expect(await receiver.got(0)).toHaveLength(1);
  });

  /** Approves the login on the phone. */
  async function loggedInByPhone(change: object = {}) {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const receiver = new Receiver(`logout-${++clients}`);
    await receiver.behave({ status: 200 });
    const login = await TestScreen.begin({ client_id: receiver.clientId, ...change });
    const scan_token = await login.scan();
    const path = `/sessions/${login.created.session_id}`;
    expect((await phone.post(`${path}/approve`, { scan_token })).status).toBe(200);
    return { ...(await redeemed(receiver, login, sub)), phone };
  }

  it("sends a logout token when the owner ends the login on the phone [RFC10027-6.1.6]", async () => {
    const { phone, receiver, login, sub, tokens } = await loggedInByPhone();
    await receiver.behave({ status: 204 });
    const { devices } = await (await phone.get("/account/devices")).json<DevicesResponse>();
    expect(devices).toHaveLength(1);
    const ended = await phone.delete(`/account/devices/${devices[0]?.sid ?? ""}`);
    expect(ended.status).toBe(204);
    const [message] = await receiver.got(1);
    if (!message) throw new Error("no message");
    expect(await verified(message, receiver.clientId)).toMatchObject({
      sub,
      sid: login.created.session_id,
    });
    await settled(sub);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
    expect(await (await phone.get("/account/devices")).json()).toEqual({ devices: [] });
  });

  it("oidcc-backchannel-rp-initiated-logout: sends the client that asks for a logout a logout token and returns the browser", async () => {
    const { receiver, sub, tokens } = await loggedIn();
    const { id_token = "" } = tokens;
    const parameters = { id_token_hint: id_token, post_logout_redirect_uri: SIGNED_OUT };
    const query = new URLSearchParams(parameters).toString();
    const answer = await api(`/end_session?${query}`, { redirect: "manual" });
    expect(answer.headers.get("Location")).toBe(SIGNED_OUT);
    const messages = await receiver.got(1);
    await settled(sub);
    expect(messages).toHaveLength(1);
    const [message] = messages;
    if (!message) throw new Error("no message");
    const { sid } = decodeJwt(id_token);
    expect(await verified(message, receiver.clientId)).toMatchObject({ sub, sid });
  });

  const revoke = (token: string, form: Record<string, string>) =>
    api("/revoke", { method: "POST", body: new URLSearchParams({ token, ...form }) });

  it.each<[string, (login: LoggedIn) => Promise<Response>]>([
    [
      "somebody revokes its token by its bare name",
      ({ tokens, receiver }) => revoke(tokens.access_token, { client_id: receiver.clientId }),
    ],
    [
      "somebody opens /end_session with its ID token",
      ({ tokens }) => api(`/end_session?id_token_hint=${tokens.id_token ?? ""}`),
    ],
    [
      "a spent refresh token is presented",
      async ({ tokens: { refresh_token = "" }, receiver: { clientId } }) => {
        const refresh = (token: string) =>
          api("/token", {
            method: "POST",
            body: new URLSearchParams({
              grant_type: "refresh_token",
              refresh_token: token,
              client_id: clientId,
            }),
          });
        const second = await (await refresh(refresh_token)).json<TokenResponse>();
        await (await refresh(second.refresh_token ?? "")).body?.cancel();
        return await refresh(refresh_token);
      },
    ],
  ])(
    "sends a logout token when %s and another when the owner reports the login [BACKCHANNEL-LOGOUT-2.5/2]",
    async (_, end) => {
      const login = await loggedInByPhone({ scope: "openid offline_access" });
      const { phone, receiver, sub } = login;
      const sid = login.login.created.session_id;
      await (await end(login)).body?.cancel();
      const [first] = await receiver.got(1);
      if (!first) throw new Error("no message");
      expect(await verified(first, receiver.clientId)).toMatchObject({ sub, sid });
      await settled(sub);

      expect((await phone.post(`/account/devices/${sid}/not-me`, {})).status).toBe(204);
      const [, second] = await receiver.got(2);
      if (!second) throw new Error("no second message");
      expect(await verified(second, receiver.clientId)).toMatchObject({ sub, sid });
      await settled(sub);
    },
  );

  it("sends no logout token to a client that revoked its own token, until the owner reports the login [BACKCHANNEL-LOGOUT-2.5]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const receiver = new Receiver(CONFIDENTIAL);
    await receiver.behave({ status: 200 });
    const login = await TestScreen.begin({ client_id: CONFIDENTIAL });
    const path = `/sessions/${login.created.session_id}`;
    await phone.post(`${path}/approve`, { scan_token: await login.scan() });
    const proof = { client_id: CONFIDENTIAL, client_secret: "s3cret" };
    const { tokens } = await redeemed(receiver, login, sub, proof);
    expect((await revoke(tokens.access_token, proof)).status).toBe(200);
    expect(await outboxOf(sub)).toEqual([]);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);

    const disowned = await phone.post(`/account/devices/${login.created.session_id}/not-me`, {});
    expect(disowned.status).toBe(204);
    const messages = await receiver.got(1);
    expect(messages).toHaveLength(1);
    const [message] = messages;
    if (!message) throw new Error("no message");
    await verified(message, CONFIDENTIAL, "EdDSA");
    await settled(sub);
  });

  it("sends the logout tokens of a deleted account and then leaves nothing", async () => {
    const { phone, receiver, login, sub, tokens } = await loggedInByPhone();
    await receiver.behave({ status: 503 });
    expect((await phone.delete("/account", {})).status).toBe(204);
    await receiver.got(1);
    await expect.poll(() => String(warnings.mock.calls.at(-1))).toMatch(/it was answered 503$/);
    const { rows, alarm } = await storageOf(sub);
    expect(rows.map(([key]) => key)).toEqual(["outbox"]);
    expect(alarm).not.toBeNull();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);

    await receiver.behave({ status: 200 });
    await letTimePass(accountStub(env, sub), Date.now() + 60_000);
    const [, message] = await receiver.got(2);
    if (!message) throw new Error("no second message");
    expect(await verified(message, receiver.clientId)).toMatchObject({
      sid: login.created.session_id,
    });
    await expect.poll(() => storageOf(sub)).toEqual({ rows: [], alarm: null });
  });
});

describe("failing logout receivers", () => {
  it("retries an unreachable receiver with a valid token and ends the login at once", async () => {
    const { receiver, sub, code, tokens } = await loggedIn();
    await receiver.behave({ status: 503 });
    setClock(Date.now() + 60_000);
    await redeem(code, { client_id: receiver.clientId });
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
    const [first] = await receiver.got(1);
    if (!first) throw new Error("no message");
    const { jti } = await verified(first, receiver.clientId);
    await expect.poll(() => String(warnings.mock.calls.at(-1))).toMatch(/it was answered 503$/);

    await receiver.behave({ status: 200 });
    const [delivery] = await outboxOf(sub);
    if (!delivery) throw new Error("nothing waits");
    await letTimePass(accountStub(env, sub), delivery.giveUpAt - 1000);
    const [, second] = await receiver.got(2);
    if (!second) throw new Error("no second message");
    expect((await verified(second, receiver.clientId)).jti).toBe(jti);
    await settled(sub);
  });

  it("does not wait for a receiver that does not answer", async () => {
    const { receiver, sub, login, tokens } = await loggedIn();
    await receiver.behave({ holds: true });
    await accountStub(env, sub).endLogin(login.created.session_id);
    await receiver.got(1);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
    await receiver.behave({ status: 200 });
    await settled(sub);
  });

  it("does not retry a receiver that answers 400", async () => {
    const { receiver, sub, login } = await loggedIn();
    await receiver.behave({ status: 400, body: '{"error":"invalid_request"}' });
    await accountStub(env, sub).endLogin(login.created.session_id);
    await receiver.got(1);
    await settled(sub);
    expect(String(warnings.mock.calls.at(-1))).toMatch(/refused: it was answered 400$/);
  });

  it("sends nothing to a client without a backchannel_logout_uri", async () => {
    const login = await TestScreen.begin();
    await login.approve(await login.scan(), "nobody-to-tell");
    const { tokens } = await redeemed(new Receiver("screen"), login, "nobody-to-tell");
    await accountStub(env, "nobody-to-tell").endLogin(login.created.session_id);
    expect(await outboxOf("nobody-to-tell")).toEqual([]);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
  });
});

describe("the alarm of the account", () => {
  it("deletes an ended login on time after its logout token was delivered", async () => {
    const { receiver, sub, login } = await loggedIn();
    const account = accountStub(env, sub);
    await account.endLogin(login.created.session_id);
    await receiver.got(1);
    await settled(sub);
    const armed = () => runInDurableObject(account, (_, { storage }) => storage.getAlarm());
    await expect.poll(armed).toBeGreaterThan(Date.now() + 3_600_000);
    await letTimePass(account, Date.now() + configOf(env).historyTtl);
    await runInDurableObject(account, (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
    });
  });
});
