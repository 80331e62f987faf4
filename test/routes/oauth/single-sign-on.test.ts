import { describe, expect, it } from "vitest";
import { SERVER_TEXTS } from "../../../src/i18n/server-texts.ts";
import { withClients } from "../../support/api.ts";
import { ADA, BANK, requestOf, SHOP, SsoBrowser } from "../../support/sso-browser.ts";

const worker = withClients(SHOP, BANK);

async function loggedIn(name: string | undefined): Promise<SsoBrowser> {
  const browser = new SsoBrowser(worker);
  const { name: _, email: __, ...rest } = ADA;
  const account = { ...rest, sub: crypto.randomUUID(), ...(name === undefined ? {} : { name }) };
  await browser.logIn(SHOP, account);
  return browser;
}

describe("the pages of single sign-on", () => {
  it.each(["en", "de", "fr"] as const)(
    "speak the language of the browser: %s",
    async (language) => {
      const { choose, logOut } = SERVER_TEXTS[language].SSO;
      const browser = await loggedIn("Ada");
      browser.headers["Accept-Language"] = language;
      const query = new URLSearchParams(requestOf(BANK)).toString();
      const asked = await browser.get(`/authorize?${query}`);
      expect(asked.headers.get("Content-Language")).toBe(language);
      const html = await asked.text();
      for (const text of [
        choose.title("The Bank"),
        choose.text("The Bank"),
        choose.continueAs("Ada"),
        choose.other,
      ]) {
        expect(html).toContain(text);
      }
      expect(await (await browser.get("/end_session")).text()).toContain(logOut.title);
    },
  );

  it("offer to continue also to a person whose name is not known", async () => {
    const browser = await loggedIn(undefined);
    const page = await browser.visit(BANK);
    expect(page).toMatchObject({
      at: "choice",
      html: expect.stringContaining(">Continue</button>"),
    });
  });

  it("say for how long a client gets access with offline_access", async () => {
    const browser = await loggedIn("Ada");
    const page = await browser.visit(BANK, { scope: "openid offline_access" });
    expect(page).toMatchObject({ html: expect.stringContaining("Access for up to 90 days") });
  });

  it("are shown again for a claims parameter that the person was not shown, with what it adds", async () => {
    const browser = new SsoBrowser(worker);
    await browser.logIn(SHOP, { ...ADA, sub: crypto.randomUUID() });
    const claims = JSON.stringify({ userinfo: { email: { essential: true } } });
    const page = await browser.visit(SHOP, { claims });
    expect(page).toMatchObject({ at: "choice", html: expect.stringContaining("ada@example.com") });
    await browser.choose(page, "continue");
    expect((await browser.visit(SHOP, { claims })).at).toBe("client");
    const other = JSON.stringify({ id_token: { email: null } });
    expect((await browser.visit(SHOP, { claims: other })).at).toBe("choice");
  });

  it("are not shown again for claims that the phone has shown, or that add nothing", async () => {
    const browser = new SsoBrowser(worker);
    const account = { ...ADA, sub: crypto.randomUUID() };
    const claims = JSON.stringify({ userinfo: { email: null } });
    await browser.logIn(SHOP, account, true, { claims });
    expect((await browser.visit(SHOP, { claims, prompt: "none" })).at).toBe("client");
    const unknown = JSON.stringify({ id_token: { signin_state: { essential: false } } });
    const silent = await browser.visit(SHOP, { claims: unknown, prompt: "none" });
    expect(silent).toMatchObject({ at: "client", parameters: { code: expect.any(String) } });
  });

  it("show claims that had no effect in an earlier request without openid [SSO-claims]", async () => {
    const browser = await loggedIn("Ada");
    const claims = JSON.stringify({ userinfo: { email: null } });
    const first = await browser.visit(BANK, { scope: "offline_access", claims });
    await browser.choose(first, "continue");
    await browser.choose(await browser.visit(BANK), "continue");
    expect((await browser.visit(BANK, { claims })).at).toBe("choice");
    expect(await browser.visit(BANK, { claims, prompt: "none" })).toMatchObject({
      parameters: { error: "interaction_required" },
    });
  });

  it("need the phone for a sub in claims that is another person's", async () => {
    const browser = await loggedIn("Ada");
    const claims = JSON.stringify({ id_token: { sub: { value: "somebody else" } } });
    expect((await browser.visit(SHOP, { claims })).at).toBe("code");
    expect(await browser.visit(SHOP, { claims, prompt: "none" })).toMatchObject({
      parameters: { error: "login_required" },
    });
  });

  it("are shown again to a client that asks for more scopes", async () => {
    const browser = await loggedIn("Ada");
    expect((await browser.visit(SHOP)).at).toBe("client");
    const page = await browser.visit(SHOP, { scope: "openid profile email" });
    expect(page.at).toBe("choice");
    await browser.choose(page, "continue");
    expect((await browser.visit(SHOP, { scope: "openid email" })).at).toBe("client");
  });
});
