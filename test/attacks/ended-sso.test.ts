import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { sha256 } from "../../src/lib/digest.ts";
import { BERLIN, MOSCOW, problemOf, VERIFIER, withClients } from "../support/api.ts";
import { storageOf } from "../support/accounts.ts";
import { linkedPhone } from "../support/linked-phone.ts";
import { ADA, BANK, BLOG, codeOf, COOKIE, SHOP, SsoBrowser } from "../support/sso-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** Single sign-on ends: by its owner, by a logout on a shared computer, and with the phone that approved it. */

const CAREFUL = {
  client_id: "careful",
  redirect_uris: ["https://careful.example/back"],
  sso: true,
  policy: { step_up: "always" },
};
const worker = withClients(SHOP, BANK, BLOG, CAREFUL);

interface Owner {
  phone: TestPhone;
  account: AuthenticatedUser;
}

async function owner(): Promise<Owner> {
  const phone = await TestPhone.signUp();
  return { phone, account: await approverOf(phone) };
}

/** The approver that a phone's cookie proves. */
async function approverOf(phone: TestPhone): Promise<AuthenticatedUser> {
  const [, secret = ""] = (phone.cookies.get("__Host-phone") ?? "").split(".");
  return { sub: phone.sub, name: "Ada", phone: await sha256(secret) };
}

const SITES: Record<string, (typeof SHOP | typeof BANK) & { client_id: string }> = {
  shop: SHOP,
  bank: BANK,
};

/** Redeems a code. Returns the tokens. */
async function redeem(browser: SsoBrowser, clientId: string, code: string): Promise<TokenResponse> {
  const response = await browser.postForm(
    "/token",
    new URLSearchParams({
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      code_verifier: VERIFIER,
      redirect_uri: SITES[clientId]?.redirect_uris[0] ?? "",
    }),
  );
  if (response.status !== 200) throw new Error(await response.text());
  return await response.json<TokenResponse>();
}

/** A browser that is logged in to the shop by the phone, and to the bank by single sign-on. */
async function loggedIn(who?: Owner) {
  const { phone, account } = who ?? (await owner());
  const browser = new SsoBrowser(worker);
  const shop = await redeem(browser, "shop", await browser.logIn(SHOP, account));
  const bank = await redeem(browser, "bank", await browser.continueTo(BANK));
  return { phone, account, browser, shop, bank };
}

async function overviewOf(phone: TestPhone) {
  const answer = await phone.get("/account/devices");
  const { devices, browsers = [] } = await answer.json<DevicesResponse>();
  return { devices, browsers };
}

async function isIn(browser: SsoBrowser): Promise<boolean> {
  const arrived = await browser.visit(SHOP, { prompt: "none" });
  if (arrived.at !== "client") throw new Error(arrived.at);
  return arrived.parameters["error"] === undefined;
}

async function userinfo(browser: SsoBrowser, { access_token }: TokenResponse): Promise<number> {
  browser.headers["Authorization"] = `Bearer ${access_token}`;
  const { status } = await browser.get("/userinfo");
  delete browser.headers["Authorization"];
  return status;
}

describe("the owner's list of devices", () => {
  it("shows a browser that stays logged in with its sites, and ends all of them [ATTACK-ended-sso]", async () => {
    const { phone, browser, shop, bank } = await loggedIn();
    const { browsers, devices } = await overviewOf(phone);
    expect(browsers).toMatchObject([{ browser: "Firefox 140", system: "Linux" }]);
    const id = browsers[0]?.id ?? "";
    expect(
      devices.map(({ client, browser_session }) => [client.client_id, browser_session]),
    ).toEqual(
      expect.arrayContaining([
        ["shop", id],
        ["bank", id],
      ]),
    );
    expect((await phone.delete(`/account/devices/browsers/${id}`)).status).toBe(204);
    expect(await overviewOf(phone)).toEqual({ devices: [], browsers: [] });
    expect(await userinfo(browser, shop)).toBe(401);
    expect(await userinfo(browser, bank)).toBe(401);
    expect(await isIn(browser)).toBe(false);
    const again = await phone.delete(`/account/devices/browsers/${id}`);
    expect(await problemOf(again)).toEqual([404, "device_unknown"]);
    const types = (await phone.history()).map(({ type }) => type);
    expect(types.filter((type) => type === "login")).toHaveLength(2);
    expect(types.filter((type) => type === "device_ended")).toHaveLength(2);
  });

  it("ends the browser session with one of its logins, so that the site can't come back without the phone [ATTACK-ended-sso/2]", async () => {
    const { phone, browser, shop, bank } = await loggedIn();
    const { devices } = await overviewOf(phone);
    const sid = devices.find(({ client }) => client.client_id === "bank")?.sid ?? "";
    expect((await phone.delete(`/account/devices/${sid}`)).status).toBe(204);
    expect(await userinfo(browser, bank)).toBe(401);
    expect(await userinfo(browser, shop)).toBe(200);
    expect(await isIn(browser)).toBe(false);
  });

  it("reports all logins of a browser as somebody else's with one of them [ATTACK-ended-sso/3]", async () => {
    const { phone, account, browser, shop, bank } = await loggedIn();
    const { devices } = await overviewOf(phone);
    const sid = devices.find(({ client }) => client.client_id === "shop")?.sid ?? "";
    expect((await phone.post(`/account/devices/${sid}/not-me`, {})).status).toBe(204);
    expect([await userinfo(browser, shop), await userinfo(browser, bank)]).toEqual([401, 401]);
    expect(await isIn(browser)).toBe(false);
    expect(await accountStub(env, account.sub).loginHistory()).toEqual({ known: [], logins: 0 });
  });

  it("ends every browser session with all devices [ATTACK-ended-sso/4]", async () => {
    const who = await owner();
    const [one, two] = [await loggedIn(who), await loggedIn(who)];
    expect((await overviewOf(who.phone)).browsers).toHaveLength(2);
    expect((await who.phone.delete("/account/devices")).status).toBe(204);
    expect([await isIn(one.browser), await isIn(two.browser)]).toEqual([false, false]);
    expect(await overviewOf(who.phone)).toEqual({ devices: [], browsers: [] });
  });

  it("lets nobody else end it: another account, and a phone in its trust delay [ATTACK-ended-sso/5]", async () => {
    const { phone, browser } = await loggedIn();
    const id = (await overviewOf(phone)).browsers[0]?.id ?? "";
    const path = `/account/devices/browsers/${id}`;
    const eve = await TestPhone.signUp();
    expect(await problemOf(await eve.delete(path))).toEqual([404, "device_unknown"]);
    const thief = await linkedPhone(phone.sub);
    expect(await problemOf(await thief.delete(path))).toEqual([403, "phone_unconfirmed"]);
    expect(await problemOf(await thief.delete("/account/devices"))).toEqual([
      403,
      "phone_unconfirmed",
    ]);
    expect(await isIn(browser)).toBe(true);
  });
});

describe("the phone that approved", () => {
  it.each<[string, (who: Owner) => Promise<unknown>]>([
    ["signs itself out", ({ phone }) => phone.post("/account/sign-out", {})],
    [
      "is signed out by another one",
      async ({ phone }) => {
        const other = await phone.secondPhone();
        const answer = await other.get("/account/phones");
        const { phones } = await answer.json<PhonesResponse>();
        await other.delete(`/account/phones/${phones.find(({ current }) => !current)?.id}`);
      },
    ],
    ["deletes the account", ({ phone }) => phone.delete("/account", {})],
  ])("%s: the browser needs a phone again [ATTACK-sso-approver-removed]", async (_, remove) => {
    const who = await owner();
    const { browser } = await loggedIn(who);
    const arrived = await browser.visit(SHOP, { prompt: "none" });
    expect(await isIn(browser)).toBe(true);
    await remove(who);
    expect(await isIn(browser)).toBe(false);
    expect((await browser.visit(BANK)).at).toBe("code");
    // A code that was given before is void.
    await expect(redeem(browser, "shop", codeOf(arrived))).rejects.toThrow("invalid_grant");
  });

  it("was added by an attacker: removing it ends what it approved [ATTACK-sso-approver-removed/2]", async () => {
    const phone = await TestPhone.signUp();
    const thief = await linkedPhone(phone.sub);
    const [, secret = ""] = (thief.cookies.get("__Host-phone") ?? "").split(".");
    const account = { sub: phone.sub, name: "Ada", phone: await sha256(secret) };
    const { browser, bank } = await loggedIn({ phone, account });
    expect((await phone.delete("/account/phones")).status).toBe(204);
    expect(await isIn(browser)).toBe(false);
    expect(await userinfo(browser, bank)).toBe(401);
  });
});

describe("on a shared computer", () => {
  it("nobody stays logged in unless they chose to, and a client without single sign-on sets no cookie [ATTACK-shared-computer]", async () => {
    const { account } = await owner();
    const browser = new SsoBrowser(worker);
    const page = await browser.visit(SHOP);
    expect(page).toMatchObject({ at: "code", login: { sso: true } });
    await browser.approve(page, account, false);
    expect(browser.cookie).toBeUndefined();
    expect(await isIn(browser)).toBe(false);

    const blog = await browser.visit(BLOG);
    expect(blog.at === "code" && "sso" in blog.login).toBe(false);
    await browser.approve(blog, account, true);
    expect(browser.cookie).toBeUndefined();
    const { rows } = await storageOf(account.sub);
    expect(rows.filter(([key]) => key.startsWith("browser:"))).toEqual([]);
  });

  it("the login of the next person ends the browser session of the one before, also if they don't stay logged in [ATTACK-shared-computer/2]", async () => {
    const { browser } = await loggedIn();
    const before = browser.cookie ?? "";
    const { account: bob } = await owner();
    const other = await browser.choose(
      await browser.visit(SHOP, { prompt: "select_account" }),
      "other",
    );
    await browser.approve(other, bob, false);
    expect(browser.cookie).toBeUndefined();
    expect(await isIn(browser)).toBe(false);
    browser.cookies.set(COOKIE, before);
    expect(await isIn(browser)).toBe(false);
  });

  it("the back button after a logout continues nothing [ATTACK-shared-computer/3]", async () => {
    const { browser, shop, bank } = await loggedIn();
    const offered = await browser.visit(SHOP, { prompt: "select_account" });
    await browser.logOutPage(`?id_token_hint=${bank.id_token ?? ""}`);
    expect((await browser.choose(offered, "continue")).at).toBe("code");
    expect([await userinfo(browser, shop), await userinfo(browser, bank)]).toEqual([401, 401]);
  });

  it("a client's logout ends all sites of the browser, also without the cookie, which a posted form does not send [ATTACK-shared-computer/4]", async () => {
    const { browser, shop, bank } = await loggedIn();
    const [elsewhere, copy] = [new SsoBrowser(worker), browser.cookie ?? ""];
    await elsewhere.postForm(
      "/end_session",
      new URLSearchParams({ id_token_hint: shop.id_token ?? "" }),
    );
    expect([await userinfo(browser, shop), await userinfo(browser, bank)]).toEqual([401, 401]);
    browser.cookies.set(COOKIE, copy);
    expect(await isIn(browser)).toBe(false);
  });

  it("an ID token of the same person's other device leaves this browser logged in [ATTACK-shared-computer/6]", async () => {
    const who = await owner();
    const { browser } = await loggedIn(who);
    const other = await loggedIn(who);
    const page = await browser.logOutPage(`?id_token_hint=${other.shop.id_token ?? ""}`);
    expect(page).toMatchObject({ at: "page", status: 200 });
    expect(await isIn(browser)).toBe(true);
    expect(await isIn(other.browser)).toBe(false);
  });

  it("a logout of one person leaves another person's browser logged in [ATTACK-shared-computer/5]", async () => {
    const [ada, bob] = [await loggedIn(), await loggedIn()];
    await ada.browser.logOutPage(`?id_token_hint=${bob.bank.id_token ?? ""}`);
    expect([await isIn(ada.browser), await isIn(bob.browser)]).toEqual([true, false]);
    expect(ada.browser.cookie).toBeDefined();
  });
});

describe("a login that was unusual", () => {
  it("does not let the browser stay logged in [ATTACK-unusual-sso]", async () => {
    const account = { ...ADA, sub: crypto.randomUUID() };
    const browser = new SsoBrowser(worker, MOSCOW);
    const page = await browser.visit(SHOP);
    if (page.at !== "code") throw new Error(page.at);
    const screen = new TestScreen(page.login.session, { worker });
    const device = { country: "DE", city: "Berlin", latitude: 52.52, longitude: 13.4 };
    using scanned = await screen.stub.scan("user_code", device, {
      approver: { account, history: { known: [], logins: 0 }, device },
    });
    if (!scanned.ok) throw new Error("not scanned");
    const { match } = await screen.snapshot();
    using approved = await screen.stub.approve(scanned.value.scan_token, {
      account,
      device,
      match: match?.by === "phone" ? match.digits : "",
    });
    // The passkey would be needed too; a trusted issuer's app says no time, so it is not asked.
    expect(approved.ok).toBe(true);
    expect((await browser.send(screen, "keep", { keep: true })).status).toBe(204);
    expect(browser.cookie).toBeUndefined();
  });

  it("needs the phone where the client's policy always demands more [ATTACK-unusual-sso/2]", async () => {
    const browser = new SsoBrowser(worker, BERLIN);
    await browser.logIn(SHOP, { ...ADA, sub: crypto.randomUUID() });
    expect((await browser.visit(CAREFUL)).at).toBe("code");
    expect(await browser.visit(CAREFUL, { prompt: "none" })).toMatchObject({
      parameters: { error: "interaction_required" },
    });
  });
});
