import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { expect, it, vi } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import { sha256 } from "../../src/lib/digest.ts";
import { redeem } from "../support/api.ts";
import { SsoBrowser, type VisitedClient } from "../support/sso-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { SSO_CLIENTS } from "./receiver-clients.ts";
import { Receiver } from "./receiver.ts";

/** Each site of a browser is told when its person logs out. */

vi.spyOn(console, "warn").mockImplementation(() => undefined);

interface Site {
  client: VisitedClient;
  receiver: Receiver;
  idToken: string;
}

interface LoggedIn {
  phone: TestPhone;
  browser: SsoBrowser;
  sites: [Site, Site];
}

let used = 0;

async function newSite(): Promise<Omit<Site, "idToken">> {
  const client = SSO_CLIENTS[used++];
  if (!client) throw new Error("there are too few clients");
  const receiver = new Receiver(client.client_id);
  await receiver.behave({ status: 200 });
  return { client, receiver };
}

async function idTokenOf({ client_id, redirect_uris }: VisitedClient, code: string) {
  const response = await redeem(code, { client_id, redirect_uri: redirect_uris[0] ?? "" });
  const { id_token } = await response.json<TokenResponse>();
  if (id_token === undefined) throw new Error("no ID token");
  return id_token;
}

async function loggedIn(): Promise<LoggedIn> {
  const phone = await TestPhone.signUp();
  const [, secret = ""] = (phone.cookies.get("__Host-phone") ?? "").split(".");
  const account = { sub: phone.sub, name: "Ada", phone: await sha256(secret) };
  const browser = new SsoBrowser(env);
  const [first, second] = [await newSite(), await newSite()];
  const codes = [
    await browser.logIn(first.client, account),
    await browser.continueTo(second.client),
  ];
  const [one = "", two = ""] = codes;
  return {
    phone,
    browser,
    sites: [
      { ...first, idToken: await idTokenOf(first.client, one) },
      { ...second, idToken: await idTokenOf(second.client, two) },
    ],
  };
}

it.each<[string, (all: LoggedIn) => Promise<unknown>]>([
  [
    "one of them logs the person out",
    ({ browser, sites }) => browser.get(`/end_session?id_token_hint=${sites[1].idToken}`),
  ],
  [
    "the person confirms a logout in the browser",
    async ({ browser }) => {
      const page = await browser.logOutPage();
      if (page.at !== "choice") throw new Error(page.at);
      page.fields.set("sso_choice", "log_out");
      await browser.postForm("/end_session", page.fields);
    },
  ],
  [
    "the owner ends the browser on the phone",
    async ({ phone }) => {
      const listed = await phone.get("/account/devices");
      const { browsers = [] } = await listed.json<DevicesResponse>();
      await phone.delete(`/account/devices/browsers/${browsers[0]?.id}`);
    },
  ],
])("tells both sites of a browser when %s [BACKCHANNEL-LOGOUT-SSO]", async (_, end) => {
  const all = await loggedIn();
  await end(all);
  for (const { client, receiver, idToken } of all.sites) {
    const [message] = await receiver.got(1);
    const token = new URLSearchParams(message?.body).get("logout_token") ?? "";
    const { sub, sid } = decodeJwt(idToken);
    expect(decodeJwt(token)).toMatchObject({ aud: client.client_id, sub, sid });
  }
});
