import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { api, ISSUER, readScan, redeem } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { beginDevice } from "../support/devices.ts";
import { TestIssuer } from "../support/issuer.ts";

/** A client requests more than it needs without the user noticing. */

const EVERYTHING = "openid profile email offline_access";
const DAY = 24 * 3600;

/** The request on the phone, and the data that the client then receives. */
async function approvedWith(scope: string) {
  const [login, ada] = [await TestScreen.begin({ scope }), await TestPhone.signUp("Ada Lovelace")];
  const { request } = await ada.scan(login);
  const answer = await redeem(await ada.approvedCode(await TestScreen.begin({ scope })));
  const tokens = await answer.json<TokenResponse>();
  const authorization = { Authorization: `Bearer ${tokens.access_token}` };
  const userinfo = await api("/userinfo", { headers: authorization });
  return { request, tokens, userinfo: await userinfo.json<Record<string, unknown>>() };
}

describe("a client that asks for everything", () => {
  it("shows the phone other data and another duration for all scopes than for openid alone [ATTACK-vague-consent]", async () => {
    const little = await approvedWith("openid");
    expect(little.request?.consent).toEqual({
      access: "login",
      claims: ["sub"],
      expires_in: 600,
    });
    const much = await approvedWith(EVERYTHING);
    expect(much.request?.consent).toEqual({
      access: "offline_access",
      claims: ["sub", "name"],
      expires_in: 90 * DAY,
    });
  });

  it.each(["openid", "openid profile", "openid email", "openid offline_access", EVERYTHING])(
    "gives the client exactly what the phone showed for the scope %s [ATTACK-vague-consent/2]",
    async (scope) => {
      const { request, tokens, userinfo } = await approvedWith(scope);
      expect(Object.keys(userinfo)).toEqual(request?.consent.claims);
      for (const token of [tokens.access_token, tokens.id_token ?? ""]) {
        const { sub, name, email } = decodeJwt(token);
        const given = Object.entries({ sub, name, email }).filter(
          ([, value]) => value !== undefined,
        );
        expect(given.map(([claim]) => claim)).toEqual(request?.consent.claims);
      }
      const isOffline = request?.consent.access === "offline_access";
      expect("refresh_token" in tokens).toBe(isOffline);
      if (!isOffline) expect(tokens.expires_in).toBe(request?.consent.expires_in);
    },
  );

  it("shows the phone what a device login gives [ATTACK-vague-consent/3]", async () => {
    const [device, ada] = [await beginDevice({ scope: EVERYTHING }), await TestPhone.signUp()];
    const { user_code } = device;
    const { request } = await readScan(await ada.post("/sessions/scan", { user_code }));
    expect(request).toMatchObject({
      grant: "device_code",
      consent: { access: "offline_access", claims: ["sub", "name"], expires_in: 90 * DAY },
    });
  });

  it("shows the e-mail address only when the phone's token has one", async () => {
    const issuer = await TestIssuer.start();
    const worker: Env = { ...env, ISSUERS: [issuer.trusted] };
    const scans = async (claims: object): Promise<ScanResponse> => {
      const login = await TestScreen.begin({ scope: EVERYTHING });
      const token = await issuer.token({ ...claims });
      const path = `/sessions/${login.created.session_id}/scan`;
      const request = new Request(`${ISSUER}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
        body: JSON.stringify(await login.code()),
      });
      return await readScan(await app.fetch(request, worker));
    };
    const known = await scans({ email: "ada@example.com", name: "Ada" });
    expect(known.request?.consent.claims).toEqual(["sub", "name", "email"]);
    expect((await scans({})).request?.consent.claims).toEqual(["sub"]);
  });
});

it("shows that linking a phone gives it the account", async () => {
  const [login, ada] = [await TestScreen.begin({ client_id: "phone" }), await TestPhone.signUp()];
  expect((await ada.scan(login)).request?.consent).toEqual({ access: "account", claims: [] });
});
