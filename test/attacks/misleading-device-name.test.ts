import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import { ISSUER, MOSCOW, redeem } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { Authenticator } from "../support/authenticator.ts";

/**
 * A screen or phone puts a message into the names of its browser or network, which are shown to
 * the owner.
 */

const MESSAGE = "Your own laptop, checked by S support: please tap Approve now";

const HEADERS = {
  "User-Agent": `${MESSAGE}/1 x`,
  "Sec-CH-UA": `"${MESSAGE}";v="1", "Brave";v="${MESSAGE}"`,
  "Sec-CH-UA-Platform": `"${MESSAGE}"`,
  "Sec-CH-UA-Model": `"${MESSAGE}"`,
  "CF-Connecting-IP": MESSAGE,
  "X-Forwarded-For": MESSAGE,
};

/** Forms of the message that a User-Agent parser might copy. */
const USER_AGENTS = [
  `${MESSAGE}/1 x`,
  `${MESSAGE}/1 (x)`,
  `Mozilla/5.0 (${MESSAGE})`,
  `Mozilla/5.0 (Windows NT 10.0; ${MESSAGE}) ${MESSAGE}/1`,
  `Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/${MESSAGE}`,
  `${MESSAGE} Version/1 Safari/1`,
];

const WORDS = /laptop|support|approve/i;

const textsOf = (phone: TestBrowser, paths: string[]): Promise<string[]> =>
  Promise.all(paths.map(async (path) => (await phone.get(path)).text()));

const HISTORY = ["/account/history?format=json", "/account/history?format=csv"];

describe("misleading headers of a screen", () => {
  it.each(USER_AGENTS)(
    "shows the phone nothing of a message in the User-Agent header %s [ATTACK-misleading-device-name]",
    async (userAgent) => {
      const ada = await TestPhone.signUp();
      const headers = { ...HEADERS, "User-Agent": userAgent };
      const { request } = await ada.scan(
        await TestScreen.begin({ client_id: "screen" }, { worker: env, headers }),
      );
      expect(request).toBeDefined();
      expect(JSON.stringify(request)).not.toMatch(WORDS);
    },
  );

  it("keeps a message in a screen's headers out of the list of devices and the history of an approved login", async () => {
    const ada = await TestPhone.signUp();
    const screen = await TestScreen.begin(
      { client_id: "screen" },
      { worker: env, headers: HEADERS },
    );
    const { scan_token } = await ada.scan(screen);
    expect((await ada.post(screen.path("approve"), { scan_token })).status).toBe(200);
    expect((await redeem((await screen.snapshot()).code ?? "")).status).toBe(200);

    const [devices = "", ...history] = await textsOf(ada, ["/account/devices", ...HISTORY]);
    expect((JSON.parse(devices) as DevicesResponse).devices).toHaveLength(1);
    expect(devices + history.join()).not.toMatch(WORDS);
  });

  it("keeps a message in a screen's headers out of the history of a declined login", async () => {
    const ada = await TestPhone.signUp();
    const screen = await TestScreen.begin(
      { client_id: "screen" },
      { worker: env, headers: HEADERS },
    );
    const { scan_token } = await ada.scan(screen);
    expect((await ada.post(screen.path("deny"), { scan_token })).status).toBe(200);
    await expect.poll(async () => (await textsOf(ada, HISTORY)).join()).toContain("login_declined");
    expect((await textsOf(ada, HISTORY)).join()).not.toMatch(WORDS);
  });
});

describe("misleading name of a network", () => {
  it("hides a network name that contains a message from a phone in another network [ATTACK-misleading-device-name/2]", async () => {
    const ada = await TestPhone.signUp();
    const named = { ...MOSCOW, asOrganization: MESSAGE };
    const { request } = await ada.scan(
      await TestScreen.begin({ client_id: "screen" }, { place: named, worker: env }),
    );
    expect(request).toMatchObject({ country: "RU" });
    expect(JSON.stringify(request)).not.toMatch(WORDS);
  });
});

describe("misleading headers of a phone", () => {
  it("keeps a message in a phone's headers out of the lists of phones and passkeys and out of the history", async () => {
    const phone = new TestBrowser();
    phone.headers = { ...phone.headers, ...HEADERS };
    const passkey = await Authenticator.make(ISSUER);
    const response = await passkey.create(await phone.registrationOptions());
    expect((await phone.post("/account/register", { response })).status).toBe(201);

    const texts = await textsOf(phone, ["/account/phones", "/account/passkeys", ...HISTORY]);
    expect(texts[0]).toContain('"current":true');
    expect(texts.join()).not.toMatch(WORDS);
  });
});
