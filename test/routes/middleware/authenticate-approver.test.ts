import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { configOf, type Config } from "../../../src/config/index.ts";
import type { AppEnv } from "../../../src/routes/app-env.ts";
import { authenticateApprover } from "../../../src/routes/middleware/authenticate-approver.ts";
import { problemResponse, ProblemError } from "../../../src/routes/middleware/problem-response.ts";
import { Authenticator } from "../../support/authenticator.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { TestIssuer } from "../../support/issuer.ts";

/** Authenticates the approver of a request with these headers. */
async function ask(headers: Record<string, string>, method = "POST", config: Partial<Config> = {}) {
  const app = new Hono<AppEnv>();
  app.all("/", async (c) => {
    c.set("config", { ...configOf(env), ...config });
    return c.json((await authenticateApprover(c)) ?? null);
  });
  app.onError((error) => {
    if (error instanceof ProblemError) return problemResponse(error.code, error.details);
    throw error;
  });
  return await app.fetch(new Request(ISSUER, { method, headers }), env);
}

/** The cookie of a signed-in phone, and its account. */
async function signedIn(backupEligible = false): Promise<{ Cookie: string; sub: string }> {
  const browser = new TestBrowser();
  const authenticator = await Authenticator.make(ISSUER, { backupEligible });
  const response = await authenticator.create(await browser.registrationOptions());
  const answer = await browser.post("/account/register", { response });
  const { account } = await answer.json<{ account: { sub: string } }>();
  return { Cookie: `__Host-phone=${browser.cookies.get("__Host-phone")}`, sub: account.sub };
}

async function trusting(): Promise<{ issuer: TestIssuer; config: Partial<Config> }> {
  const issuer = await TestIssuer.start();
  const { trusted } = issuer;
  return { issuer, config: { issuers: new Map([[trusted.issuer, trusted]]) } };
}

describe("by cookie", () => {
  it.each([
    [false, "pop"],
    [true, "swk"],
  ])("returns when and how the phone signed in (synced: %s) [ASVS-6.1.3]", async (synced, key) => {
    const { Cookie, sub } = await signedIn(synced);
    const answer = await ask({ Cookie, Origin: ISSUER });
    expect(await answer.json()).toEqual({
      sub,
      name: "Ada",
      authTime: expect.closeTo(Date.now(), -4),
      amr: [key, "user", "mfa"],
      // The id of the phone.
      phone: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each([
    [{ Origin: "https://evil.example" }],
    [{ Origin: "null" }],
    [{}],
    [{ Origin: ISSUER, "Sec-Fetch-Site": "cross-site" }],
  ])(
    "changes nothing for a cookie request from another site: %j [RFC6749-10.12]",
    async (headers) => {
      const { Cookie } = await signedIn();
      const answer = await ask({ Cookie, ...headers });
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    },
  );

  it("accepts a cookie without an Origin for a read", async () => {
    const { Cookie, sub } = await signedIn();
    expect(await (await ask({ Cookie }, "GET")).json()).toMatchObject({ sub });
  });

  it("ignores cookies while passkeys are off", async () => {
    const { Cookie } = await signedIn();
    const answer = await ask({ Cookie, Origin: ISSUER }, "POST", { passkeys: false });
    expect(await answer.json()).toBeNull();
  });
});

describe("by token", () => {
  it("accepts an access token from any origin", async () => {
    const { issuer, config } = await trusting();
    const Authorization = `Bearer ${await issuer.token()}`;
    expect(await (await ask({ Authorization }, "POST", config)).json()).toEqual({ sub: "ada" });
  });

  it("rejects an access token of an issuer that is not trusted", async () => {
    const { issuer } = await trusting();
    const answer = await ask({ Authorization: `Bearer ${await issuer.token()}` });
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });

  it.each(["Bearer x", "Bearer", "Basic YTpi", ""])(
    "rejects the Authorization header %j beside a valid cookie",
    async (Authorization) => {
      const { Cookie } = await signedIn();
      const answer = await ask({ Cookie, Authorization, Origin: ISSUER });
      expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
    },
  );

  it("uses the access token and not the cookie", async () => {
    const { issuer, config } = await trusting();
    const { Cookie } = await signedIn();
    const Authorization = `Bearer ${await issuer.token()}`;
    const answer = await ask({ Cookie, Authorization }, "POST", config);
    expect(await answer.json()).toEqual({ sub: "ada" });
  });

  it("requires a DPoP proof of this request for a bound token", async () => {
    const { issuer, config } = await trusting();
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const token = await issuer.token({ cnf: { jkt: key.jkt } });
    const headers = await key.headers("POST", "/", token);
    expect(await (await ask(headers, "POST", config)).json()).toEqual({ sub: "ada" });

    const refused = async (presented: Record<string, string>) =>
      problemOf(await ask(presented, "POST", config));
    const invalidProof = [401, "dpop_proof_invalid"];
    const invalidToken = [401, "access_token_invalid"];
    // Used before.
    expect(await refused(headers)).toEqual(invalidProof);
    // For another URL or method, or without them.
    expect(await refused(await key.headers("POST", "/sessions", token))).toEqual(invalidProof);
    expect(await refused(await key.headers("GET", "/", token))).toEqual(invalidProof);
    expect(await refused({ Authorization: `DPoP ${token}` })).toEqual(invalidProof);
    // With another key, or without a proof.
    expect(await refused(await other.headers("POST", "/", token))).toEqual(invalidToken);
    const { DPoP = "" } = await key.headers("POST", "/", token);
    expect(await refused({ Authorization: `Bearer ${token}`, DPoP })).toEqual(invalidToken);
    // An unbound token with a proof.
    const unbound = await key.headers("POST", "/", await issuer.token());
    expect(await refused(unbound)).toEqual(invalidToken);
  });

  it("answers an invalid DPoP proof with a DPoP challenge", async () => {
    const { issuer, config } = await trusting();
    const Authorization = `DPoP ${await issuer.token({ cnf: { jkt: "x" } })}`;
    const answer = await ask({ Authorization }, "POST", config);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="invalid_dpop_proof"/);
    expect(await answer.json()).toMatchObject({ detail: "The DPoP proof is missing." });
  });

  it("answers issuer_unavailable while the issuer is down", async () => {
    const { issuer, config } = await trusting();
    await issuer.serve({ hangsUp: true });
    const answer = await ask({ Authorization: `Bearer ${await issuer.token()}` }, "POST", config);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await problemOf(answer)).toEqual([503, "issuer_unavailable"]);
  });

  it("rejects a token of an issuer that names a built-in account", async () => {
    const { issuer, config } = await trusting();
    const { sub } = await signedIn();
    const Authorization = `Bearer ${await issuer.token({ sub })}`;
    const answer = await ask({ Authorization }, "POST", config);
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });
});

it("returns no user without credentials", async () => {
  expect(await (await ask({})).json()).toBeNull();
  expect(await (await ask({ Origin: "https://evil.example" })).json()).toBeNull();
});
