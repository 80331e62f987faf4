import { describe, expect, it, vi } from "vitest";
import { CHALLENGE, problemOf, VERIFIER, withClients } from "../../support/api.ts";
import { approveLogin, CALLBACK, openLogin, SHOP } from "../../support/authorization.ts";
import { RelyingParty } from "../../support/relying-party.ts";

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const worker = withClients(
  { ...SHOP, client_secret_sha256: SECRET_SHA256, pkce: "optional" },
  { ...SHOP, client_id: "strict", client_secret_sha256: SECRET_SHA256 },
);
const shop = new RelyingParty(worker, "shop", "s3cret");

const BARE = { code_challenge: "", code_challenge_method: "" };

async function codeOf(request: object): Promise<string> {
  return (await approveLogin(shop, await openLogin(shop, request))).code ?? "";
}

const redeem = (code: string, change: Record<string, string> = {}, client = shop) =>
  client.post("/token", {
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    ...change,
  });

describe("a client for which PKCE is optional", () => {
  it("logs in without challenge, verifier and nonce", async () => {
    expect((await redeem(await codeOf(BARE))).status).toBe(200);
  });

  it("gets nothing for a verifier without a challenge (RFC 9700 §4.8.2) [RFC9700-4.8.2]", async () => {
    const code = await codeOf(BARE);
    const answer = await redeem(code, { code_verifier: VERIFIER });
    expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    expect((await redeem(code)).status).toBe(200);
  });

  it("needs the verifier of the challenge that it sent [RFC7636-4.6/2]", async () => {
    const code = await codeOf({});
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect((await redeem(code, { code_verifier: VERIFIER })).status).toBe(200);
  });

  it("gets nothing without its secret", async () => {
    const code = await codeOf(BARE);
    const anybody = new RelyingParty(worker, "shop");
    expect(await problemOf(await redeem(code, {}, anybody))).toEqual([401, "invalid_client"]);
    expect((await redeem(code)).status).toBe(200);
  });

  it("gets the same tokens' login again for a repeated code, and nothing if a verifier is added", async () => {
    const code = await codeOf(BARE);
    expect((await redeem(code)).status).toBe(200);
    expect((await redeem(code)).status).toBe(200);
    const answer = await redeem(code, { code_verifier: VERIFIER });
    expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    expect((await redeem(code)).status).toBe(200);
  });

  it("may start a session without a challenge, and every other client may not", async () => {
    const start = (client_id: string, more: object = {}) =>
      shop.request("/sessions", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ client_id, ...more }),
      });
    expect((await start("shop")).status).toBe(201);
    expect(await problemOf(await start("strict"))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await start("phone"))).toEqual([400, "invalid_request"]);
    const half = { code_challenge: CHALLENGE };
    expect(await problemOf(await start("shop", half))).toEqual([400, "invalid_request"]);
    expect((await start("strict", { ...half, code_challenge_method: "S256" })).status).toBe(201);
  });
});
