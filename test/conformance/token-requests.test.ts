import { describe, expect, it, vi } from "vitest";
import { problemOf, VERIFIER, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** The parameters of a token request (RFC 6749 §2.3.1, §3.2). */

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const CALLBACKS = ["https://shop.example/back", "https://shop.example/other"];
const worker = withClients(
  { client_id: "shop", client_secret_sha256: SECRET_SHA256 },
  { client_id: "two", redirect_uris: CALLBACKS },
  { client_id: "one", redirect_uris: CALLBACKS.slice(0, 1) },
);
const shop = new RelyingParty(worker, "shop", "s3cret");

const form = (code: string) => ({
  grant_type: "authorization_code",
  code,
  code_verifier: VERIFIER,
});

describe("a token request", () => {
  it("ignores unknown and empty parameters of a token request [RFC6749-3.2/2]", async () => {
    const { code } = await shop.approvedCode();
    const answer = await shop.post("/token", { ...form(code), utm_source: "x", scope: "" });
    expect(answer.status).toBe(200);
  });

  it("ignores client credentials in the URL [RFC6749-2.3.1/3]", async () => {
    const { code } = await shop.approvedCode();
    const body = new URLSearchParams({ ...form(code), client_id: "shop" });
    const answer = await shop.request("/token?client_secret=s3cret", { method: "POST", body });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
    expect((await shop.redeem(code)).status).toBe(200);
  });

  it("rejects a token request with another redirect_uri than the authorization request [RFC6749-4.1.3/2]", async () => {
    const [redirect_uri, other = ""] = CALLBACKS;
    const two = new RelyingParty(worker, "two");
    const { code } = await two.approvedCode({ redirect_uri });
    for (const named of [{}, { redirect_uri: other }]) {
      const answer = await two.post("/token", { ...form(code), ...named });
      expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    }
    const answer = await two.post("/token", { ...form(code), redirect_uri: redirect_uri ?? "" });
    expect(answer.status).toBe(200);
  });

  it("accepts a token request without redirect_uri from a client with a single one", async () => {
    const one = new RelyingParty(worker, "one");
    const { code } = await one.approvedCode({ redirect_uri: CALLBACKS[0] });
    expect((await one.redeem(code)).status).toBe(200);
    const without = await one.approvedCode();
    expect((await one.redeem(without.code)).status).toBe(200);
  });

  it("refuses the password, client credentials and implicit grants [RFC6749-4.2]", async () => {
    for (const grant_type of ["password", "client_credentials", "implicit"]) {
      const answer = await shop.post("/token", { grant_type, username: "ada", password: "x" });
      expect(await problemOf(answer)).toEqual([400, "unsupported_grant_type"]);
    }
  });
});
