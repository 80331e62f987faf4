import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../../../src/accounts/account-stub.ts";
import type { TokenResponse } from "../../../../src/oidc/token/tokens.ts";
import { problemOf, withClients } from "../../../support/api.ts";
import { RelyingParty } from "../../../support/relying-party.ts";
import { DpopKey } from "../../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../../support/time.ts";

/** The operator's log. */
const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());
afterEach(restoreClock);

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients(
  { client_id: "app" },
  { client_id: "shop", client_secret_sha256: SECRET_SHA256 },
);
const app = new RelyingParty(worker, "app");
const shop = new RelyingParty(worker, "shop", "s3cret");

type Tokens = TokenResponse & { refresh_token: string; id_token: string };

const ALL = "openid profile email offline_access";

/** The first tokens of a login. */
async function loggedIn(client = app, scope = ALL, headers: HeadersInit = {}, change = {}) {
  const { code } = await client.approvedCode({ scope, ...change });
  const answer = await client.redeem(code, headers);
  if (answer.status !== 200) throw new Error(`no tokens: ${await answer.text()}`);
  return await answer.json<Tokens>();
}

const tokensOf = async (answer: Response) => {
  expect(answer.status).toBe(200);
  return await answer.json<Tokens>();
};

const userinfo = (token: string) =>
  app.request("/userinfo", { headers: { Authorization: `Bearer ${token}` } });

/** Milliseconds in which a replaced token gets the same successor. */
const RETRY = 30_000;

/** The stored rows of a login. */
const storedLogin = (sid: string) =>
  runInDurableObject(accountStub(env, "ada"), (_, { storage }) =>
    JSON.stringify(storage.kv.get(`login:${sid}`)),
  );

const attacks = async () => {
  const lines = await accountStub(env, "ada").history();
  return lines.filter(({ type }) => type === "attack");
};

describe("the previous refresh token", () => {
  it.each([2, 5, 20])("gives %i simultaneous requests the same valid successor", async (tabs) => {
    const before = await attacks();
    let { refresh_token } = await loggedIn();
    for (let round = 0; round < 3; round += 1) {
      const current = refresh_token;
      const requests = Array.from({ length: tabs }, () => app.refresh(current));
      const answers = await Promise.all((await Promise.all(requests)).map(tokensOf));
      expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
      for (const answer of answers) expect((await userinfo(answer.access_token)).status).toBe(200);
      refresh_token = answers[0]?.refresh_token ?? "";
    }
    expect(await attacks()).toEqual(before);
  });

  it("repeats the same next token for 30 s without a write [RFC9700-2.2.2/2]", async () => {
    const { refresh_token, access_token } = await loggedIn();
    const sid = String(decodeJwt(access_token)["sid"]);
    const start = Date.now();
    setClock(start);
    const lost = await tokensOf(await app.refresh(refresh_token));
    const stored = await storedLogin(sid);
    setClock(start + RETRY - 1);
    const again = await tokensOf(await app.refresh(refresh_token));
    expect(again.refresh_token).toBe(lost.refresh_token);
    expect(await storedLogin(sid)).toBe(stored);
    await tokensOf(await app.refresh(again.refresh_token));
  });

  it("gives another successor later and treats the unused one as reuse", async () => {
    const { refresh_token, access_token } = await loggedIn();
    const start = Date.now();
    setClock(start);
    const lost = await tokensOf(await app.refresh(refresh_token));
    setClock(start + RETRY);
    const again = await tokensOf(await app.refresh(refresh_token));
    expect(again.refresh_token).not.toBe(lost.refresh_token);
    expect((await tokensOf(await app.refresh(refresh_token))).refresh_token).toBe(
      again.refresh_token,
    );
    expect((await userinfo(access_token)).status).toBe(200);
    expect(await problemOf(await app.refresh(lost.refresh_token))).toEqual([400, "invalid_grant"]);
    expect((await userinfo(access_token)).status).toBe(401);
    expect((await app.refresh(again.refresh_token)).status).toBe(400);
  });

  it("keeps a login after any number of lost responses", async () => {
    const { refresh_token } = await loggedIn();
    let now = Date.now();
    for (const wait of [0, 1000, RETRY, RETRY, 86_400_000, 5, 7 * 86_400_000]) {
      now += wait;
      setClock(now);
      await tokensOf(await app.refresh(refresh_token));
    }
    const { refresh_token: next } = await tokensOf(await app.refresh(refresh_token));
    await tokensOf(await app.refresh(next));
  });

  it("gives a new successor at once if REFRESH_RETRY is 0", async () => {
    const strict = new RelyingParty({ ...worker, REFRESH_RETRY: 0 }, "app");
    const { refresh_token } = await loggedIn(strict);
    const first = await tokensOf(await strict.refresh(refresh_token));
    const second = await tokensOf(await strict.refresh(refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  it("rejects a replaced refresh token with another key than its successor is bound to", async () => {
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const { refresh_token } = await loggedIn(app, ALL, { DPoP: await key.proof() });
    const proof = async (of: DpopKey) => ({ DPoP: await of.proof() });
    const first = await tokensOf(await app.refresh(refresh_token, {}, await proof(key)));
    const theirs = await app.refresh(refresh_token, {}, await proof(other));
    expect(await problemOf(theirs)).toEqual([400, "invalid_grant"]);
    expect(await problemOf(await app.refresh(refresh_token))).toEqual([400, "invalid_grant"]);
    const again = await tokensOf(await app.refresh(refresh_token, {}, await proof(key)));
    expect(again.refresh_token).toBe(first.refresh_token);
  });
});

describe("a spent refresh token", () => {
  it("ends the login when a spent refresh token is reused [RFC9700-2.2.2]", async () => {
    const first = await loggedIn();
    const second = await tokensOf(await app.refresh(first.refresh_token));
    const third = await tokensOf(await app.refresh(second.refresh_token));
    expect(await problemOf(await app.refresh(first.refresh_token))).toEqual([400, "invalid_grant"]);
    for (const { access_token } of [first, second, third]) {
      expect((await userinfo(access_token)).status).toBe(401);
    }
    expect(await problemOf(await app.refresh(third.refresh_token))).toEqual([400, "invalid_grant"]);
    expect(warnings.mock.calls).toContainEqual([
      JSON.stringify({
        event: "request_rejected",
        error: "invalid_grant",
        reason: "refresh_token_used",
        client: "app",
      }),
    ]);
    expect(await attacks()).toContainEqual(
      expect.objectContaining({
        what: "refresh_token_reused",
        sid: decodeJwt(first.access_token)["sid"],
      }),
    );
  });

  it.each<[string, (token: string) => Promise<Response>, string]>([
    ["another client", (token) => shop.refresh(token), "invalid_grant"],
    [
      "a scope that was not granted",
      (token) => app.refresh(token, { scope: "x" }),
      "invalid_scope",
    ],
  ])("changes nothing when a replaced refresh token is sent with %s", async (_, present, error) => {
    const first = await loggedIn();
    const second = await tokensOf(await app.refresh(first.refresh_token));
    const third = await tokensOf(await app.refresh(second.refresh_token));
    expect(await problemOf(await present(first.refresh_token))).toEqual([400, error]);
    await tokensOf(await app.refresh(third.refresh_token));
  });

  it("changes nothing when a replaced bound refresh token is sent without its key", async () => {
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const proof = async (of = key) => ({ DPoP: await of.proof() });
    const first = await loggedIn(app, ALL, await proof());
    const second = await tokensOf(await app.refresh(first.refresh_token, {}, await proof()));
    const third = await tokensOf(await app.refresh(second.refresh_token, {}, await proof()));
    const invalid = [400, "invalid_grant"];
    expect(await problemOf(await app.refresh(first.refresh_token))).toEqual(invalid);
    const theirs = await app.refresh(first.refresh_token, {}, await proof(other));
    expect(await problemOf(theirs)).toEqual(invalid);
    const fourth = await tokensOf(await app.refresh(third.refresh_token, {}, await proof()));
    expect(await problemOf(await app.refresh(first.refresh_token, {}, await proof()))).toEqual(
      invalid,
    );
    const last = await app.refresh(fourth.refresh_token, {}, await proof());
    expect(await problemOf(last)).toEqual(invalid);
  });
});

it("stores no refresh token and no secret part of one [RFC6749-10.3/2]", async () => {
  const first = await loggedIn();
  const second = await tokensOf(await app.refresh(first.refresh_token));
  const third = await tokensOf(await app.refresh(second.refresh_token));
  const rows = await runInDurableObject(accountStub(env, "ada"), (_, { storage }) =>
    JSON.stringify([...storage.kv.list()]),
  );
  for (const { refresh_token } of [first, second, third]) {
    const [, , id = "", mac = ""] = refresh_token.split(".");
    expect(id).toHaveLength(43);
    for (const secret of [refresh_token, id, mac]) expect(rows).not.toContain(secret);
  }
});
