import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";
import { madeUp, MOSCOW, BERLIN, withClients } from "../support/api.ts";
import { storageOf } from "../support/accounts.ts";
import { ADA, BANK, COOKIE, requestOf, SHOP, SsoBrowser } from "../support/sso-browser.ts";
import { restoreClock, setClock } from "../support/time.ts";
import { countedAccounts } from "./counted-accounts.ts";

/** The cookie of single sign-on is copied, forged, replayed or planted. */

afterEach(restoreClock);

const worker = withClients(SHOP, BANK);
const NONE = { prompt: "none" };
const HOUR = 3_600_000;

const person = (name = "Ada") => ({ ...ADA, name, sub: `${name} ${crypto.randomUUID()}` });

async function loggedIn(account = person()): Promise<SsoBrowser> {
  const browser = new SsoBrowser(worker, BERLIN);
  await browser.logIn(SHOP, account);
  return browser;
}

/** The error of a silent request; undefined if it gets a code. */
async function silently(browser: SsoBrowser): Promise<string | undefined> {
  const arrived = await browser.visit(SHOP, NONE);
  return arrived.at === "client" ? arrived.parameters["error"] : arrived.at;
}

describe("a copied cookie", () => {
  it.each([
    ["another network", (thief: SsoBrowser) => (thief.headers["CF-Connecting-IP"] = "203.0.113.9")],
    [
      "another browser",
      (thief: SsoBrowser) =>
        (thief.headers["User-Agent"] =
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"),
    ],
  ])("needs the phone in %s [ATTACK-copied-sso-cookie]", async (_, change) => {
    const browser = await loggedIn();
    const thief = new SsoBrowser(worker, BERLIN);
    Object.assign(thief.headers, browser.headers);
    change(thief);
    browser.copyCookieTo(thief);
    expect(await silently(thief)).toBe("login_required");
    expect((await thief.visit(SHOP)).at).toBe("code");
    expect((await thief.visit(BANK)).at).toBe("code");
    expect(await silently(browser)).toBeUndefined();
  });

  it("needs the phone in another country, also by the same address [ATTACK-copied-sso-cookie/2]", async () => {
    const browser = await loggedIn();
    const thief = new SsoBrowser(worker, MOSCOW);
    Object.assign(thief.headers, browser.headers);
    browser.copyCookieTo(thief);
    expect(await silently(thief)).toBe("login_required");
  });

  it("is void after a logout in the browser, and so is a code that it gave before [ATTACK-copied-sso-cookie/3]", async () => {
    const account = person();
    const browser = await loggedIn(account);
    const copy = browser.cookie ?? "";
    const arrived = await browser.visit(SHOP, NONE);
    const page = await browser.logOutPage();
    if (page.at !== "choice" || arrived.at !== "client") throw new Error("not asked");
    page.fields.set("sso_choice", "log_out");
    await browser.postForm("/end_session", page.fields);
    expect(browser.cookie).toBeUndefined();

    browser.cookies.set(COOKIE, copy);
    expect(await silently(browser)).toBe("login_required");
    const redeemed = await browser.postForm(
      "/token",
      new URLSearchParams({
        grant_type: "authorization_code",
        client_id: "shop",
        code: arrived.parameters["code"] ?? "",
        code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        redirect_uri: "https://shop.example/back",
      }),
    );
    expect(redeemed.status).toBe(400);
    expect(await accountStub(env, account.sub).loginHistory()).toEqual({ known: [], logins: 0 });
  });

  it("ends when it is unused for SSO_IDLE_TTL, and at the latest after SSO_TTL [ATTACK-copied-sso-cookie/4]", async () => {
    const start = Date.now();
    setClock(start);
    const [idle, used] = [await loggedIn(), await loggedIn()];
    for (let hours = 0.5; hours < 12; hours += 0.5) {
      setClock(start + hours * HOUR);
      expect([hours, await silently(used)]).toEqual([hours, undefined]);
    }
    expect(await silently(idle)).toBe("login_required");
    setClock(start + 12 * HOUR);
    expect(await silently(used)).toBe("login_required");
  });

  it("has a new secret after each login by the phone, and the earlier one is void [ATTACK-copied-sso-cookie/5]", async () => {
    const account = person();
    const browser = await loggedIn(account);
    const before = browser.cookie ?? "";
    const page = await browser.visit(SHOP, { prompt: "login" });
    await browser.approve(page, { ...account, authTime: Date.now() });
    expect(browser.cookie).not.toBe(before);
    expect(await silently(browser)).toBeUndefined();
    browser.cookies.set(COOKIE, before);
    expect(await silently(browser)).toBe("login_required");
    const { rows } = await storageOf(account.sub);
    expect(rows.filter(([key]) => key.startsWith("browser:"))).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(before.split(".")[1]);
  });
});

describe("a forged cookie", () => {
  it("reaches no account, whatever it is made of [ATTACK-forged-sso-cookie]", async () => {
    const browser = await loggedIn();
    const other = await loggedIn();
    const [reference = "", secret = ""] = (browser.cookie ?? "").split(".");
    const [otherReference = ""] = (other.cookie ?? "").split(".");
    const counted = countedAccounts();
    const attacker = new SsoBrowser({ ...worker, ACCOUNTS: counted.ACCOUNTS }, BERLIN);
    Object.assign(attacker.headers, browser.headers);
    for (const value of [
      `${reference}.${madeUp()}`,
      `${otherReference}.${secret}`,
      `${reference.slice(0, -1)}${reference.endsWith("A") ? "B" : "A"}.${secret}`,
      `${madeUp()}.${madeUp()}`,
      `ada.${secret}`,
      secret,
      reference,
      ".",
      "x".repeat(4000),
      "%00%ff",
      "__proto__",
    ]) {
      attacker.cookies.set(COOKIE, value);
      expect([value, await silently(attacker)]).toEqual([value, "login_required"]);
    }
    expect(counted.asked()).toBe(0);
    // The control: the genuine one.
    attacker.cookies.set(COOKIE, browser.cookie ?? "");
    expect(await silently(attacker)).toBeUndefined();
    expect(counted.asked()).toBe(1);
  });
});

describe("a planted cookie", () => {
  it("does not become the victim's when the victim logs in: it is replaced, and ends [ATTACK-sso-fixation]", async () => {
    const mallory = await loggedIn(person("Mallory"));
    const ada = person();
    const victim = new SsoBrowser(worker, BERLIN);
    Object.assign(victim.headers, mallory.headers);
    mallory.copyCookieTo(victim);
    const planted = victim.cookie;
    const page = await victim.visit(BANK);
    // The page names the attacker's account, and nothing goes on by itself.
    if (page.at !== "choice") throw new Error(page.at);
    expect(page.html).toContain("Continue as Mallory");
    await victim.approve(await victim.choose(page, "other"), ada);
    expect(victim.cookie).not.toBe(planted);
    expect(await silently(mallory)).toBe("login_required");
    const sessions = pipelined(accountStub(env, ada.sub).devices());
    using overview = await sessions.overview();
    expect(overview.browsers).toHaveLength(1);
  });

  it("of the attacker does not work in another browser or network [ATTACK-sso-fixation/2]", async () => {
    const mallory = await loggedIn(person("Mallory"));
    const victim = new SsoBrowser(worker, BERLIN);
    mallory.copyCookieTo(victim);
    expect((await victim.visit(BANK)).at).toBe("code");
    expect(await silently(victim)).toBe("login_required");
  });
});

describe("parallel use", () => {
  it("gives each tab a login of its own, in one browser session [ATTACK-copied-sso-cookie/6]", async () => {
    const account = person();
    const browser = await loggedIn(account);
    const query = new URLSearchParams({ ...requestOf(SHOP), ...NONE }).toString();
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => browser.get(`/authorize?${query}`)),
    );
    const codes = responses.map((response) =>
      new URL(response.headers.get("Location") ?? "").searchParams.get("code"),
    );
    expect(new Set(codes).size).toBe(8);
    expect(codes).not.toContain(null);
    const { rows } = await storageOf(account.sub);
    expect(rows.filter(([key]) => key.startsWith("browser:"))).toHaveLength(1);
  });
});
