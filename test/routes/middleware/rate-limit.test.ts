import { describe, expect, it } from "vitest";
import { signOwnJwt } from "../../../src/oidc/keys/jwt.ts";
import { logIn } from "../../support/accounts.ts";
import { madeUp, problemOf, withClients } from "../../support/api.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { sendTo, statusesOf, workerWithLimits } from "../../support/rate-limits.ts";

/** An office is one address: many people look at what is theirs, and few change it. */
describe("the rate limit of the account API", () => {
  it.each(["devices", "history", "passkeys"])("limits reads of %s like approvals", async (what) => {
    const phone = await TestPhone.signUp();
    const looks = Array.from({ length: 100 }, () => phone.get(`/account/${what}`));
    const statuses = (await Promise.all(looks)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("limits reads of a network but not its approvals [RFC10027-6.1.11/2]", async () => {
    const worker = workerWithLimits({ APPROVE_LIMIT: 10 });
    const phone = await TestPhone.signUp("Ada", { worker });
    const looks = await statusesOf(11, () => phone.get("/account/history"));
    expect(looks).toEqual({ 200: 10, 429: 1 });
    const refused = await phone.get("/account/history");
    expect(await problemOf(refused)).toEqual([429, "too_many_requests"]);
    const approval = await phone.post(`/sessions/${"x".repeat(43)}/approve`, {
      scan_token: "x".repeat(43),
    });
    expect(await problemOf(approval)).toEqual([404, "session_not_found"]);
  });

  it("limits changes of an account more than reads", async () => {
    const worker = workerWithLimits({ ACCOUNT_LIMIT: 5 });
    const phone = await TestPhone.signUp("Ada", { worker });
    // Registering took two.
    const changes = await statusesOf(5, () => phone.delete("/account/devices"));
    expect(changes).toEqual({ 204: 3, 429: 2 });
  });
});

describe("/userinfo", () => {
  const clients = withClients(
    { client_id: "app" },
    { client_id: "shop", client_secret_sha256: "0".repeat(64) },
  );
  const ask = async (worker: Env, token: string, address: string) =>
    sendTo(worker, "/userinfo", { headers: { Authorization: `Bearer ${token}` } }, address);

  /** An access token of a new login. */
  async function accessToken(client_id: string): Promise<string> {
    const sub = `person-of-${client_id}`;
    const sid = await logIn(sub, { clientId: client_id });
    return await signOwnJwt(
      clients,
      "at+jwt",
      { sub, client_id, sid, scope: "openid", jti: madeUp() },
      60_000,
    );
  }

  it("answers an OAuth error to a network that sends many invalid tokens to /userinfo", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 3 }, clients);
    const statuses = await statusesOf(5, () => ask(worker, "made-up", "198.51.100.1"));
    expect(statuses).toEqual({ 401: 3, 429: 2 });
    const refused = await ask(worker, "made-up", "198.51.100.1");
    expect(refused.headers.get("Retry-After")).toBe("60");
    expect(await problemOf(refused)).toEqual([429, "temporarily_unavailable"]);
  });

  it("counts a confidential client's tokens at /userinfo by their logins only", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 3 }, clients);
    const [one, other] = [await accessToken("shop"), await accessToken("shop")];
    const server = "198.51.100.2";
    expect(await statusesOf(5, () => ask(worker, one, server))).toEqual({ 200: 3, 429: 2 });
    expect((await ask(worker, one, "198.51.100.3")).status).toBe(429);
    expect((await ask(worker, other, server)).status).toBe(200);
  });

  it("counts a public client's tokens at /userinfo by address too", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 3 }, clients);
    const tokens = [await accessToken("app"), await accessToken("app")];
    const statuses = await statusesOf(5, (i) => ask(worker, String(tokens[i % 2]), "198.51.100.4"));
    expect(statuses).toEqual({ 200: 3, 429: 2 });
  });
});

describe("a page of a client over its limit", () => {
  it("lets a page of a client read a 429 response and its Retry-After", async () => {
    const worker = workerWithLimits(
      { CREATE_LIMIT: 0 },
      withClients({ client_id: "app", allowed_origins: ["https://app.example"] }),
    );
    const headers = { Origin: "https://app.example", "Content-Type": "application/json" };
    const answer = await sendTo(worker, "/sessions", { method: "POST", headers, body: "{}" });
    expect(await problemOf(answer)).toEqual([429, "too_many_requests"]);
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
  });
});
