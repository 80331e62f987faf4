import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { api, problemOf, redeem, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * An attacker has read an authorization code in a redirect or log and presents it without the
 * verifier, to end the login (RFC 7636 §4.6, RFC 9700 §4.5).
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp();
});

const isLoggedIn = async ({ access_token }: TokenResponse) => {
  const headers = { Authorization: `Bearer ${access_token}` };
  return (await api("/userinfo", { headers })).status === 200;
};

const another = new RelyingParty(withClients({ client_id: "another" }), "another");

/**
 * Token requests with the code but without the right verifier; the last one has the right verifier
 * and another fault.
 */
const TRIES: ((code: string) => Promise<Response>)[] = [
  (code) => redeem(code, { code_verifier: "" }),
  (code) => redeem(code, { code_verifier: "x".repeat(43) }),
  (code) => redeem(code, { code_verifier: "x".repeat(43), redirect_uri: "https://evil.example/" }),
  (code) => another.post("/token", { grant_type: "authorization_code", code }),
  (code) => another.redeem(code),
];

async function tryAll(code: string): Promise<void> {
  for (const present of TRIES) {
    expect(await problemOf(await present(code))).toEqual([400, "invalid_grant"]);
  }
}

async function approved(): Promise<{ login: TestScreen; code: string }> {
  const login = await TestScreen.begin({ scope: "openid offline_access" });
  return { login, code: await ada.approvedCode(login) };
}

describe("a code that is presented without its verifier", () => {
  it("keeps a code valid after an attempt without the verifier", async () => {
    const { code } = await approved();
    await tryAll(code);
    expect((await redeem(code)).status).toBe(200);
  });

  it("never ends a redeemed login when its code is presented without the verifier [ATTACK-code-without-verifier]", async () => {
    const { login, code } = await approved();
    const tokens = await (await redeem(code)).json<TokenResponse>();
    await tryAll(code);
    await evictDurableObject(login.stub);
    await tryAll(code);
    for (const later of [30_000, 60_000, 24 * 3_600_000]) {
      setClock(Date.now() + later);
      await tryAll(code);
    }
    restoreClock();
    expect(await isLoggedIn(tokens)).toBe(true);
    const attacks = (await ada.history()).filter(({ type }) => type === "attack");
    expect(attacks).toEqual([]);
  });

  it("redeems a code while attempts without the verifier fail", async () => {
    const { code } = await approved();
    const [answer] = await Promise.all([redeem(code), tryAll(code), tryAll(code)]);
    expect(answer.status).toBe(200);
    expect(await isLoggedIn(await answer.json<TokenResponse>())).toBe(true);
  });
});
