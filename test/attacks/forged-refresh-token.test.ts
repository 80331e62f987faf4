import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { seal } from "../../src/oidc/token/sealed-reference.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { sessionIdOf } from "../../src/login-session/durable-object/session-stub.ts";
import { madeUp, problemOf, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { countedAccounts } from "./counted-accounts.ts";
import { DpopKey } from "../support/dpop-key.ts";

/**
 * Forged refresh tokens cause load on one account or on shared objects. Subjects and session ids
 * are no secrets.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);

const { ACCOUNTS, asked } = countedAccounts();
/** SHA-256 of "s3cret". */
const client_secret_sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const clients = [
  { client_id: "app" },
  { client_id: "other" },
  { client_id: "shop", client_secret_sha256 },
];
const worker = { ...withClients(...clients), ACCOUNTS };
const app = new RelyingParty(worker, "app");
const other = new RelyingParty(worker, "other");
const shop = new RelyingParty(worker, "shop", "s3cret");

const INVALID = [400, "invalid_grant"];
const sub = "acme:ada";
const name = encodeBase64url(new TextEncoder().encode(sub));

/** The rows of all stored DPoP proofs. */
async function proofsNoted(): Promise<number> {
  const ids = await listDurableObjectIds(env.REPLAYS);
  const rows = ids.map((id) =>
    runInDurableObject(env.REPLAYS.get(id), (_, { storage }) => [...storage.kv.list()].length),
  );
  return (await Promise.all(rows)).reduce((sum, count) => sum + count, 0);
}

async function tokenOf(client: RelyingParty, headers: HeadersInit = {}): Promise<string> {
  const { code } = await client.approvedCode({ scope: "openid offline_access" }, { sub });
  const answer = await client.redeem(code, headers);
  return (await answer.json<TokenResponse>()).refresh_token ?? "";
}

const FORGED: [string, () => Promise<string>][] = [
  ["in the form of earlier versions", async () => `${name}.${madeUp()}.${madeUp()}`],
  ["in the form of today", async () => `${madeUp()}.1.${madeUp()}.${madeUp()}`],
  [
    "with a reference that was sealed for another purpose",
    async () => {
      const text = JSON.stringify([sub, madeUp(), "app", madeUp()]);
      const reference = await seal(env, "authorization_code", text);
      return `${reference}.1.${madeUp()}.${madeUp()}`;
    },
  ],
  [
    "with the reference of a real token",
    async () => {
      const [reference = ""] = (await tokenOf(app)).split(".");
      return `${reference}.2.${madeUp()}.${madeUp()}`;
    },
  ],
  [
    "with all but the MAC of a real token",
    async () => (await tokenOf(app)).slice(0, -43) + madeUp(),
  ],
];

describe.each(FORGED)("a forged refresh token %s", (_, forge) => {
  it("calls no account and stores no DPoP proof for a forged refresh token at any endpoint [ATTACK-forged-refresh-token]", async () => {
    const token = await forge();
    const before = asked();
    const proofs = await proofsNoted();
    const key = await DpopKey.make();
    for (let i = 0; i < 20; i += 1) {
      const answer = await app.refresh(token, {}, { DPoP: await key.proof() });
      expect(await problemOf(answer)).toEqual(INVALID);
    }
    expect((await app.post("/revoke", { token })).status).toBe(200);
    const answer = await shop.post("/introspect", { token });
    expect(await answer.json()).toEqual({ active: false });
    expect(asked()).toBe(before);
    expect(await proofsNoted()).toBe(proofs);
  });
});

describe("a real refresh token", () => {
  it("calls no account and stores no proof for another client's refresh token", async () => {
    const token = await tokenOf(app);
    const before = asked();
    const proofs = await proofsNoted();
    const key = await DpopKey.make();
    const answer = await other.refresh(token, {}, { DPoP: await key.proof() });
    expect(await problemOf(answer)).toEqual(INVALID);
    expect(asked()).toBe(before);
    expect(await proofsNoted()).toBe(proofs);
  });

  it("calls no account and stores no proof for a refresh token with a wrong key", async () => {
    const [key, wrong] = [await DpopKey.make(), await DpopKey.make()];
    const token = await tokenOf(app, { DPoP: await key.proof() });
    const before = asked();
    const proofs = await proofsNoted();
    const answer = await app.refresh(token, {}, { DPoP: await wrong.proof() });
    expect(await problemOf(answer)).toEqual(INVALID);
    expect(asked()).toBe(before);
    expect(await proofsNoted()).toBe(proofs);
  });

  it("accepts a proof with a refresh token once and ignores its replay", async () => {
    const key = await DpopKey.make();
    const token = await tokenOf(app, { DPoP: await key.proof() });
    const headers = { DPoP: await key.proof() };
    const first = await app.refresh(token, {}, headers);
    const { refresh_token: next } = await first.json<TokenResponse>();
    const replayed = await app.refresh(token, {}, headers);
    expect(await problemOf(replayed)).toEqual([400, "invalid_dpop_proof"]);
    const retried = await app.refresh(token, {}, { DPoP: await key.proof() });
    expect(await retried.json()).toMatchObject({ refresh_token: next });
  });
});

it("limits lookups of legacy tokens without a MAC per account", async () => {
  const sid = sessionIdOf(env.LOGIN_SESSIONS.newUniqueId());
  const before = asked();
  const statuses = new Set<number>();
  for (let i = 0; i < 60; i += 1) {
    const token = `${name}.${sid}.${madeUp()}`;
    statuses.add((await app.refresh(token)).status);
  }
  expect([...statuses]).toEqual([400, 429]);
  expect(asked() - before).toBeLessThanOrEqual(30);
  const someone = encodeBase64url(new TextEncoder().encode("acme:bob"));
  expect((await app.refresh(`${someone}.${sid}.${madeUp()}`)).status).toBe(400);
});
