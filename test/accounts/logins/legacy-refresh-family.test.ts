import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub, pipelined } from "../../../src/accounts/account-stub.ts";
import { sha256 } from "../../../src/lib/digest.ts";
import { encodeBase64url } from "../../../src/lib/base64url.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { sessionIdOf } from "../../../src/login-session/durable-object/session-stub.ts";
import { madeUp, problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";

/**
 * Logins that were begun by an earlier version, whose refresh tokens have no MAC: their rows as commit
 * 1e9d967 wrote them, and the tokens as their clients hold them.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

const DAY = 86_400_000;
const worker = withClients({ client_id: "app" }, { client_id: "other" });
const app = new RelyingParty(worker, "app");

interface OldLogin {
  sub: string;
  sid: string;
  /** The good token. */
  token: string;
  /** Those before it, the newest first. */
  used: string[];
}

/** Writes the row of a login whose token was refreshed twice. */
async function oldLogin(jkt?: string): Promise<OldLogin> {
  const sub = `acme:${madeUp()}`;
  const sid = sessionIdOf(env.LOGIN_SESSIONS.newUniqueId());
  const name = encodeBase64url(new TextEncoder().encode(sub));
  const [token = "", ...used] = Array.from({ length: 3 }, () => `${name}.${sid}.${madeUp()}`);
  const now = Date.now();
  const row = {
    grant: {
      sessionId: sid,
      clientId: "app",
      scope: "openid offline_access",
      account: { sub },
      approvedAt: now,
      screen: { browser: "Firefox" },
    },
    expiresAt: now + 90 * DAY,
    refresh: {
      tokenHash: await sha256(token),
      usedHashes: await Promise.all(used.map(sha256)),
      idleAt: now + 14 * DAY,
      ...(jkt === undefined ? {} : { jkt }),
    },
    status: "active",
    lastSeenAt: now,
    idleTtl: 30 * DAY,
    keptFor: 90 * DAY,
    unconfirmedUntil: now + DAY,
  };
  await runInDurableObject(accountStub(env, sub), (_, { storage }) => {
    storage.kv.put(`login:${sid}`, row);
  });
  await evictDurableObject(accountStub(env, sub));
  return { sub, sid, token, used };
}

const refreshed = async (answer: Response) => {
  expect(answer.status).toBe(200);
  const { refresh_token = "" } = await answer.json<TokenResponse>();
  return refresh_token;
};
const INVALID = [400, "invalid_grant"];

describe("a refresh token without a MAC", () => {
  it("exchanges a legacy refresh token for one with a MAC", async () => {
    const { token, sid, sub } = await oldLogin();
    let next = await refreshed(await app.refresh(token));
    for (let i = 0; i < 3; i += 1) {
      expect(next.split(".")).toHaveLength(4);
      next = await refreshed(await app.refresh(next));
    }
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(true);
  });

  it("returns the same successor when a legacy token is repeated within 30 s", async () => {
    const { token } = await oldLogin();
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.refresh(token)));
    const tokens = new Set(await Promise.all(answers.map(refreshed)));
    expect(tokens.size).toBe(1);
    for (const next of tokens) await refreshed(await app.refresh(next));
  });

  it("returns a new successor for a legacy token later, and ends the login when the old successor is used", async () => {
    const { token, sid, sub } = await oldLogin();
    setClock(Date.now());
    const first = await refreshed(await app.refresh(token));
    setClock(Date.now() + 30_000);
    const second = await refreshed(await app.refresh(token));
    expect(second).not.toBe(first);
    expect(await problemOf(await app.refresh(first))).toEqual(INVALID);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
  });

  it("ends the login when a legacy token is presented that was used before the upgrade", async () => {
    const { used, sid, sub } = await oldLogin();
    expect(await problemOf(await app.refresh(used[1] ?? ""))).toEqual(INVALID);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
  });

  it.each([0, 1, 2])(
    "ends the login when it is presented after its row was upgraded (%#)",
    async (which) => {
      const { token, used, sid, sub } = await oldLogin();
      const next = await refreshed(await app.refresh(token));
      await refreshed(await app.refresh(next));
      expect(await problemOf(await app.refresh([token, ...used][which] ?? ""))).toEqual(INVALID);
      expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
    },
  );

  it("changes nothing for a made-up legacy token", async () => {
    const { token, sid, sub } = await oldLogin();
    const guess = token.slice(0, -43) + madeUp();
    expect(await problemOf(await app.refresh(guess))).toEqual(INVALID);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(true);
    await refreshed(await app.refresh(token));
  });

  it("accepts a legacy token only from its client and with its key", async () => {
    const key = await DpopKey.make();
    const other = await DpopKey.make();
    const { token } = await oldLogin(key.jkt);
    const refuse = async (answer: Response) => expect(await problemOf(answer)).toEqual(INVALID);
    await refuse(await app.refresh(token));
    await refuse(await app.refresh(token, {}, { DPoP: await other.proof() }));
    const thief = new RelyingParty(worker, "other");
    await refuse(await thief.refresh(token, {}, { DPoP: await key.proof() }));
    const next = await refreshed(await app.refresh(token, {}, { DPoP: await key.proof() }));
    await refuse(await app.refresh(next));
    await refreshed(await app.refresh(next, {}, { DPoP: await key.proof() }));
  });

  it("ends the login when its client revokes a legacy token", async () => {
    const { token, sid, sub } = await oldLogin();
    expect((await app.post("/revoke", { token })).status).toBe(200);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
  });
});

it("lists, uses and ends a login whose row an earlier version wrote", async () => {
  const { sid, sub } = await oldLogin();
  const account = accountStub(env, sub);
  expect(await pipelined(account.devices()).list()).toMatchObject([{ sid, browser: "Firefox" }]);
  expect(await pipelined(account.devices()).end(sid, "stranger", undefined)).toMatchObject({
    ok: true,
  });
  expect(await account.history()).toMatchObject([{ type: "device_not_me" }, { type: "login" }]);
});
