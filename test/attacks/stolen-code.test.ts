import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import { api, problemOf, redeem, VERIFIER } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { DpopKey } from "../support/dpop-key.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker has read an authorization code in a redirect, a browser history or a log. */

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

afterEach(restoreClock);

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp();
});

const refused = async (answer: Promise<Response>) => {
  expect(await problemOf(await answer)).toEqual([400, "invalid_grant"]);
};

const whoIs = async ({ access_token }: TokenResponse) =>
  (await api("/userinfo", { headers: { Authorization: `Bearer ${access_token}` } })).status;

const refresh = ({ refresh_token = "" }: TokenResponse) =>
  api("/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id: "screen" }),
  });

async function approved(change: object = {}): Promise<{ login: TestScreen; code: string }> {
  const login = await TestScreen.begin(change);
  return { login, code: await ada.approvedCode(login) };
}

describe("a stolen authorization code", () => {
  it("rejects a code without its verifier and still accepts it from the owner [ATTACK-stolen-code/3]", async () => {
    const { code } = await approved();
    await refused(redeem(code, { code_verifier: "x".repeat(43) }));
    expect(await problemOf(await redeem(code, { client_id: "compare" }))).toEqual([
      401,
      "invalid_client",
    ]);
    const without = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      client_id: "screen",
    });
    await refused(api("/token", { method: "POST", body: without }));
    expect((await redeem(code)).status).toBe(200);
  });

  it("rejects a code for a client that did not start the login", async () => {
    const [mine, theirs] = [await approved(), await approved()];
    const [session] = mine.code.split(".");
    const [, secret] = theirs.code.split(".");
    await refused(redeem(`${session}.${secret}`));
    expect((await redeem(mine.code)).status).toBe(200);
  });

  it("ends the login when its code is redeemed again with the verifier after a minute [ATTACK-stolen-code]", async () => {
    const { login, code } = await approved({ scope: "openid offline_access" });
    const tokens = await (await redeem(code)).json<TokenResponse>();
    const later = await (await refresh(tokens)).json<TokenResponse>();
    expect(await whoIs(tokens)).toBe(200);
    expect(await whoIs(later)).toBe(200);

    setClock(Date.now() + 60_000);
    await refused(redeem(code));
    expect(await whoIs(tokens)).toBe(401);
    expect(await whoIs(later)).toBe(401);
    await refused(refresh(later));
    // The owner can still report it.
    const { devices } = await (await ada.get("/account/devices")).json<DevicesResponse>();
    const ended = devices.find(({ sid }) => sid === login.created.session_id);
    expect(ended).toMatchObject({ ended_by: "server", unconfirmed: true });
  });

  it("requires the DPoP key for a code that is bound to it [ATTACK-stolen-code/2]", async () => {
    const [own, other] = [await DpopKey.make(), await DpopKey.make()];
    const { code } = await approved({ dpop_jkt: own.jkt });
    await refused(redeem(code));
    await refused(redeemWith(other, code));
    expect((await redeemWith(own, code)).status).toBe(200);
  });
});

async function redeemWith(key: DpopKey, code: string): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    code_verifier: VERIFIER,
    client_id: "screen",
  });
  return await api("/token", { method: "POST", headers: { DPoP: await key.proof() }, body });
}
