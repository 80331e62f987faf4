import { describe, expect, it } from "vitest";
import { withClients } from "../../support/api.ts";
import { REQUEST, SHOP } from "../../support/authorization.ts";
import { RelyingParty } from "../../support/relying-party.ts";

/** The parameter `ui_locales` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). */

const shop = new RelyingParty(withClients(SHOP), "shop");
const headers = { "Accept-Language": "en" };

async function languageAt(path: string, parameters: object, method = "GET"): Promise<string> {
  const body = new URLSearchParams({ ...parameters });
  const answer =
    method === "GET"
      ? await shop.request(`${path}?${body.toString()}`, { headers })
      : await shop.request(path, { method, headers, body });
  const language = answer.headers.get("Content-Language");
  const [, lang] = /<html lang="(\w+)"/.exec(await answer.text()) ?? [];
  expect(lang).toBe(language);
  return language ?? "";
}

describe("the language of a page", () => {
  it.each([
    ["de", "de"],
    ["de-CH", "de"],
    ["se fr-CA fr en", "fr"],
    ["se", "en"],
    ["", "en"],
  ])(
    "for ui_locales=%s in an English browser is %s [OIDC-CORE-3.1.2.1/11]",
    async (ui_locales, language) => {
      for (const method of ["GET", "POST"]) {
        // The login page, an error page, and the pages after a logout.
        expect(await languageAt("/authorize", { ...REQUEST, ui_locales }, method)).toBe(language);
        expect(await languageAt("/authorize", { ui_locales }, method)).toBe(language);
        expect(await languageAt("/end_session", { ui_locales }, method)).toBe(language);
        const wrong = { id_token_hint: "x", ui_locales };
        expect(await languageAt("/end_session", wrong, method)).toBe(language);
      }
    },
  );

  it("is that of ui_locales in a pushed request", async () => {
    const { client_id, ...pushed } = { ...REQUEST, ui_locales: "fr" };
    const answer = await shop.post("/par", pushed);
    const { request_uri } = await answer.json<{ request_uri: string }>();
    expect(await languageAt("/authorize", { client_id, request_uri })).toBe("fr");
  });

  it("is that of ui_locales too if there are too many requests", async () => {
    const busy = { limit: async () => ({ success: false }) };
    const client = new RelyingParty({ ...shop.worker, CREATE_LIMIT: busy }, "shop");
    const answer = await client.request(
      `/authorize?${new URLSearchParams({ ...REQUEST, ui_locales: "fr" }).toString()}`,
    );
    expect([answer.status, answer.headers.get("Content-Language")]).toEqual([429, "fr"]);
  });

  it("is one of those that the metadata lists", async () => {
    const answer = await shop.request("/.well-known/openid-configuration");
    const { ui_locales_supported } = await answer.json<{ ui_locales_supported: string[] }>();
    expect(ui_locales_supported).toEqual(["en", "de", "fr"]);
  });
});
