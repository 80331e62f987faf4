import { afterEach, describe, expect, it } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { api, redeem, VERIFIER } from "../support/api.ts";
import { approvedLink } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker's phone was added to the account and has approved logins. The owner removes it: do its logins go on? */

afterEach(restoreClock);

interface Attacked {
  ada: TestPhone;
  attacker: TestPhone;
  /** What the phone signed in with. */
  link: { code: string; code_verifier: string };
  tokens: TokenResponse;
  sid: string;
}

async function attacked(): Promise<Attacked> {
  const start = Date.now();
  setClock(start);
  const ada = await TestPhone.signUp();
  const link = { code: await approvedLink(ada.sub), code_verifier: VERIFIER };
  const browser = new TestBrowser();
  expect((await browser.post("/account/link", link)).status).toBe(200);
  const attacker = TestPhone.of(browser, await browser.addPasskey(), ada.sub);
  const login = await TestScreen.begin({ scope: "openid offline_access" });
  const redeemed = await redeem(await attacker.approvedCode(login));
  const tokens = await redeemed.json<TokenResponse>();
  setClock(start + 1000);
  return { ada, attacker, link, tokens, sid: login.created.session_id };
}

async function unconfirmedIdIn(phone: TestBrowser): Promise<string> {
  const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
  return phones.find(({ unconfirmed }) => unconfirmed)?.id ?? "";
}

const devicesOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/devices")).json<DevicesResponse>()).devices;

const REMEDIES: [string, (all: Attacked) => Promise<Response>][] = [
  [
    "the owner signs the phone out",
    async ({ ada }) => ada.delete(`/account/phones/${await unconfirmedIdIn(ada)}`),
  ],
  ["the owner signs out all other phones", ({ ada }) => ada.delete("/account/phones")],
  [
    "the owner signs out all other phones after this one has signed out",
    async ({ ada, attacker }) => {
      await attacker.post("/account/sign-out", {});
      return await ada.delete("/account/phones");
    },
  ],
  [
    "the owner removes its passkey",
    ({ ada, attacker }) => ada.delete(`/account/passkeys/${attacker.authenticator.credentialId}`),
  ],
  ["the link code of the phone is used a second time", ({ link }) => secondUse(link)],
];

async function secondUse(link: object): Promise<Response> {
  await new TestBrowser().post("/account/link", link);
  return new Response(null, { status: 204 });
}

describe("a login that an unconfirmed phone approved", () => {
  it.each(REMEDIES)("ends when %s [ATTACK-login-of-removed-phone]", async (_, remedy) => {
    const all = await attacked();
    expect((await remedy(all)).status).toBe(204);
    const { access_token, refresh_token = "" } = all.tokens;
    const userinfo = await api("/userinfo", {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    expect(userinfo.status).toBe(401);
    const body = new URLSearchParams({
      grant_type: "refresh_token",
      client_id: "screen",
      refresh_token,
    });
    const refreshed = await api("/token", { method: "POST", body });
    expect(await refreshed.json()).toMatchObject({ error: "invalid_grant" });
    expect(await devicesOf(all.ada)).toEqual([]);
  });

  it("is not redeemed after the owner has signed out all other phones [ATTACK-login-of-removed-phone/2]", async () => {
    const { ada, attacker } = await attacked();
    const code = await attacker.approvedCode(await TestScreen.begin());
    await attacker.post("/account/sign-out", {});
    expect((await ada.delete("/account/phones")).status).toBe(204);
    expect((await redeem(code)).status).toBe(400);
  });

  it("goes on when the owner only ends another login of that phone [ATTACK-login-of-removed-phone/3]", async () => {
    const { ada, attacker, sid } = await attacked();
    const other = await TestScreen.begin();
    await redeem(await attacker.approvedCode(other));
    const ended = await ada.delete(`/account/devices/${other.created.session_id}`);
    expect(ended.status).toBe(204);
    expect((await devicesOf(ada)).map((device) => device.sid)).toEqual([sid]);
    expect(await attacker.whoAmI()).toMatchObject({ signed_in: true });
  });
});
