import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import { logIn } from "../support/accounts.ts";
import { problemOf, withClients } from "../support/api.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { RelyingParty } from "../support/relying-party.ts";
import type { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * A phisher ends an approved login before the owner looks, so that the owner cannot report it. The
 * messages to the client are tested in test/receivers.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

const DAY = 86_400_000;
/** SHA-256 of "s3cret". */
const client_secret_sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients({ client_id: "app" }, { client_id: "shop", client_secret_sha256 });
const app = new RelyingParty(worker, "app");
const shop = new RelyingParty(worker, "shop", "s3cret");

interface Phished {
  phone: TestBrowser;
  sub: string;
  sid: string;
  code: string;
  tokens: TokenResponse;
}

/** A phisher's login that the owner has approved. */
async function phished(client = app): Promise<Phished> {
  const phone = await TestPhone.signUp();
  const { sub } = phone;
  const { code, sessionId: sid } = await client.approvedCode(
    { scope: "openid offline_access" },
    { sub },
  );
  const answer = await client.redeem(code);
  return { phone, sub, sid, code, tokens: await answer.json<TokenResponse>() };
}

const listOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/devices")).json<DevicesResponse>()).devices;
const disown = (phone: TestBrowser, sid: string) =>
  phone.post(`/account/devices/${sid}/not-me`, {});

/** Ways to end a login with its tokens, and the cause that the list shows. */
const WAYS: [string, typeof app, (login: Phished) => Promise<unknown>, "client" | "server"][] = [
  [
    "revokes his access token by the bare name of a public client",
    app,
    ({ tokens }) => app.post("/revoke", { token: tokens.access_token }),
    "client",
  ],
  [
    "revokes his refresh token",
    app,
    ({ tokens }) => app.post("/revoke", { token: tokens.refresh_token ?? "" }),
    "client",
  ],
  [
    "makes a confidential client revoke its token, by logging out there",
    shop,
    ({ tokens }) => shop.post("/revoke", { token: tokens.access_token }),
    "client",
  ],
  [
    "opens /end_session with his ID token, anywhere",
    app,
    ({ tokens }) => app.request(`/end_session?id_token_hint=${tokens.id_token ?? ""}`),
    "client",
  ],
  [
    "posts his ID token to /end_session",
    app,
    ({ tokens }) =>
      app.request("/end_session", {
        method: "POST",
        body: new URLSearchParams({ id_token_hint: tokens.id_token ?? "" }),
      }),
    "client",
  ],
  [
    "uses a spent refresh token",
    app,
    async ({ tokens: { refresh_token = "" } }) => {
      const second = await (await app.refresh(refresh_token)).json<TokenResponse>();
      await app.refresh(second.refresh_token ?? "");
      await app.refresh(refresh_token);
    },
    "server",
  ],
];

describe.each(WAYS)("a phisher who %s", (_, client, end, by) => {
  it("keeps a login that was ended elsewhere in its owner's list, where it can be reported [ATTACK-self-ended-login]", async () => {
    const login = await phished(client);
    const { phone, sub, sid } = login;
    await end(login);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
    expect(await listOf(phone)).toEqual([
      expect.objectContaining({
        sid,
        unconfirmed: true,
        ended_by: by,
        ended_at: expect.any(String),
      }),
    ]);

    expect((await disown(phone, sid)).status).toBe(204);
    expect(await listOf(phone)).toEqual([]);
    const types = (await phone.history()).filter((line) => line.sid === sid);
    expect(types.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["device_not_me", "device_ended", "login"]),
    );
    // The account has forgotten the phisher's screen.
    expect(await accountStub(env, sub).loginHistory()).toEqual({ known: [], logins: 0 });
    expect(await problemOf(await disown(phone, sid))).toEqual([404, "device_unknown"]);
  });
});

describe("a login that ended without the owner", () => {
  const ended = async () => {
    const login = await phished();
    await app.post("/revoke", { token: login.tokens.access_token });
    return login;
  };

  it("lists an ended login while it is unconfirmed and lets the owner report it later", async () => {
    const { phone, sid } = await ended();
    const now = Date.now();
    setClock(now + DAY - 60_000);
    expect(await listOf(phone)).toHaveLength(1);
    setClock(now + DAY + 60_000);
    expect(await listOf(phone)).toEqual([]);
    expect((await disown(phone, sid)).status).toBe(204);
    expect((await phone.history()).map(({ type }) => type)).toContain("device_not_me");
  });

  it("removes an ended login from the list after the owner confirmed it", async () => {
    const { phone, sid } = await ended();
    expect((await phone.post(`/account/devices/${sid}/confirm`, {})).status).toBe(204);
    expect(await listOf(phone)).toEqual([]);
    expect((await phone.history()).map(({ type }) => type)).toContain("device_confirmed");
  });

  it.each([
    ["ends it", (phone: TestBrowser, sid: string) => phone.delete(`/account/devices/${sid}`)],
    ["ends all", (phone: TestBrowser) => phone.delete("/account/devices")],
  ])(
    "removes an ended login from the list after the owner %s, but still lets them report it",
    async (_, act) => {
      const { phone, sid } = await ended();
      expect((await act(phone, sid)).status).toBe(204);
      expect(await listOf(phone)).toEqual([]);
      expect((await disown(phone, sid)).status).toBe(204);
      expect((await phone.history()).map(({ type }) => type)).toContain("device_not_me");
    },
  );

  it("does not list an ended login that the owner had confirmed", async () => {
    const login = await phished();
    await login.phone.post(`/account/devices/${login.sid}/confirm`, {});
    await app.post("/revoke", { token: login.tokens.access_token });
    expect(await listOf(login.phone)).toEqual([]);
  });

  it("refuses a report of another account's ended login", async () => {
    const { sid } = await ended();
    const eve = await TestPhone.signUp();
    expect(await problemOf(await disown(eve, sid))).toEqual([404, "device_unknown"]);
  });

  it("keeps an ended login in the list whatever an unconfirmed phone does", async () => {
    const { phone, sub, sid } = await ended();
    const thief = await linkedPhone(sub);
    for (const act of [
      () => disown(thief, sid),
      () => thief.post(`/account/devices/${sid}/confirm`, {}),
      () => thief.delete(`/account/devices/${sid}`),
      () => thief.delete("/account/devices"),
    ]) {
      expect(await problemOf(await act())).toEqual([403, "phone_unconfirmed"]);
    }
    expect((await listOf(phone)).map((device) => device.sid)).toContain(sid);
  });

  it("keeps an ended login in the list beside active logins", async () => {
    const { phone, sub, sid } = await ended();
    const other = await logIn(sub);
    const listed = await listOf(phone);
    expect(new Map(listed.map((device) => [device.sid, device.ended_by]))).toEqual(
      new Map([
        [sid, "client"],
        [other, undefined],
      ]),
    );
    expect((await phone.delete("/account/devices")).status).toBe(204);
    expect(await listOf(phone)).toEqual([]);
    expect(await accountStub(env, sub).isLoggedIn(other)).toBe(false);
  });
});
