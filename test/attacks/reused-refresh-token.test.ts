import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../src/accounts/account-stub.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { madeUp, problemOf, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { DpopKey } from "../support/dpop-key.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** A thief has copied a refresh token of a public client and refreshes with it. */

// Each reuse is logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

const app = new RelyingParty(withClients({ client_id: "app" }), "app");
const INVALID = [400, "invalid_grant"];

interface Victim {
  /** The token that both hold. */
  token: string;
  accessToken: string;
  sub: string;
}

async function victim(headers: HeadersInit = {}): Promise<Victim> {
  const sub = `acme:${madeUp()}`;
  const { code } = await app.approvedCode({ scope: "openid offline_access" }, { sub });
  const answer = await app.redeem(code, headers);
  const { refresh_token = "", access_token } = await answer.json<TokenResponse>();
  return { token: refresh_token, accessToken: access_token, sub };
}

async function refreshed(token: string, headers: HeadersInit = {}): Promise<string> {
  const answer = await app.refresh(token, {}, headers);
  expect(answer.status).toBe(200);
  return (await answer.json<TokenResponse>()).refresh_token ?? "";
}

/** The login has ended, and the history has an attack. */
async function expectNoticed({ sub, accessToken }: Victim): Promise<void> {
  const headers = { Authorization: `Bearer ${accessToken}` };
  expect((await app.request("/userinfo", { headers })).status).toBe(401);
  expect(await accountStub(env, sub).history()).toContainEqual(
    expect.objectContaining({ type: "attack", what: "refresh_token_reused", clientId: "app" }),
  );
}

describe("a thief of a refresh token", () => {
  it("ends the login when the owner refreshes after 70 refreshes by a thief [ATTACK-reused-refresh-token]", async () => {
    const ada = await victim();
    let stolen = ada.token;
    for (let i = 0; i < 70; i += 1) stolen = await refreshed(stolen);
    expect(await problemOf(await app.refresh(ada.token))).toEqual(INVALID);
    expect(await problemOf(await app.refresh(stolen))).toEqual(INVALID);
    await expectNoticed(ada);
  });

  it("ends the login when a thief refreshes after 70 refreshes by the owner [ATTACK-reused-refresh-token/2]", async () => {
    const ada = await victim();
    let own = ada.token;
    for (let i = 0; i < 70; i += 1) own = await refreshed(own);
    expect(await problemOf(await app.refresh(ada.token))).toEqual(INVALID);
    expect(await problemOf(await app.refresh(own))).toEqual(INVALID);
    await expectNoticed(ada);
  });

  it.each(["thief", "owner"])(
    "ends the login at the second refresh of the %s when both use the same token",
    async (second) => {
      const ada = await victim();
      const now = Date.now();
      setClock(now);
      const thief = await refreshed(ada.token);
      setClock(now + 30_000);
      const owner = await refreshed(ada.token);
      setClock(now + 60_000);
      if (second === "owner") await refreshed(owner);
      expect(await problemOf(await app.refresh(thief))).toEqual(INVALID);
      await expectNoticed(ada);
    },
  );

  it("ends the login when a thief binds the stolen token to another key", async () => {
    const ada = await victim();
    const key = await DpopKey.make();
    const now = Date.now();
    setClock(now);
    const thief = await refreshed(ada.token, { DPoP: await key.proof() });
    // Another key makes it a reuse, not a retry.
    expect(await problemOf(await app.refresh(ada.token))).toEqual(INVALID);
    setClock(now + 30_000);
    await refreshed(ada.token);
    const again = await app.refresh(thief, {}, { DPoP: await key.proof() });
    expect(await problemOf(again)).toEqual(INVALID);
    await expectNoticed(ada);
  });

  it("rejects a token combined from two logins", async () => {
    const [ada, eve] = [await victim(), await victim()];
    const [mine, theirs] = [eve.token.split("."), ada.token.split(".")];
    for (let mask = 1; mask < 15; mask += 1) {
      const mixed = mine.map((part, at) => (mask & (1 << at) ? (theirs[at] ?? "") : part));
      const token = mixed.join(".");
      if (token === ada.token || token === eve.token) continue;
      expect(await problemOf(await app.refresh(token))).toEqual(INVALID);
    }
    await refreshed(ada.token);
    await refreshed(eve.token);
  });

  it("keeps the login when a spent bound token is presented without its key", async () => {
    const key = await DpopKey.make();
    const proof = async () => ({ DPoP: await key.proof() });
    const ada = await victim(await proof());
    const second = await refreshed(ada.token, await proof());
    const third = await refreshed(second, await proof());
    expect(await problemOf(await app.refresh(ada.token))).toEqual(INVALID);
    const other = await DpopKey.make();
    const his = await app.refresh(ada.token, {}, { DPoP: await other.proof() });
    expect(await problemOf(his)).toEqual(INVALID);
    await refreshed(third, await proof());
  });
});
