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

/** Asks who holds the phone, with a request of one's own making. */
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

/** The cookie of a phone that is signed in, and whose it is. */
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
      // Which of the account's phones it is.
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

  it("reading needs no origin", async () => {
    const { Cookie, sub } = await signedIn();
    expect(await (await ask({ Cookie }, "GET")).json()).toMatchObject({ sub });
  });

  it("nobody is known while passkeys are off", async () => {
    const { Cookie } = await signedIn();
    const answer = await ask({ Cookie, Origin: ISSUER }, "POST", { passkeys: false });
    expect(await answer.json()).toBeNull();
  });
});

describe("by token", () => {
  it("a phone is known from anywhere", async () => {
    const { issuer, config } = await trusting();
    const Authorization = `Bearer ${await issuer.token()}`;
    expect(await (await ask({ Authorization }, "POST", config)).json()).toEqual({ sub: "ada" });
  });

  it("a phone isn't known where its issuer isn't trusted", async () => {
    const { issuer } = await trusting();
    const answer = await ask({ Authorization: `Bearer ${await issuer.token()}` });
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });

  it.each(["Bearer x", "Bearer", "Basic YTpi", ""])(
    "%j is refused, even beside a good cookie",
    async (Authorization) => {
      const { Cookie } = await signedIn();
      const answer = await ask({ Cookie, Authorization, Origin: ISSUER });
      expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
    },
  );

  it("the token says who it is, whatever the cookie says", async () => {
    const { issuer, config } = await trusting();
    const { Cookie } = await signedIn();
    const Authorization = `Bearer ${await issuer.token()}`;
    const answer = await ask({ Cookie, Authorization }, "POST", config);
    expect(await answer.json()).toEqual({ sub: "ada" });
  });

  it("a token that is bound to a key needs its proof, for this very request", async () => {
    const { issuer, config } = await trusting();
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const token = await issuer.token({ cnf: { jkt: key.jkt } });
    const headers = await key.headers("POST", "/", token);
    expect(await (await ask(headers, "POST", config)).json()).toEqual({ sub: "ada" });

    const refused = async (presented: Record<string, string>) =>
      problemOf(await ask(presented, "POST", config));
    const invalidProof = [401, "dpop_proof_invalid"];
    const invalidToken = [401, "access_token_invalid"];
    // Seen before.
    expect(await refused(headers)).toEqual(invalidProof);
    // For another address or method, or for none of these.
    expect(await refused(await key.headers("POST", "/sessions", token))).toEqual(invalidProof);
    expect(await refused(await key.headers("GET", "/", token))).toEqual(invalidProof);
    expect(await refused({ Authorization: `DPoP ${token}` })).toEqual(invalidProof);
    // By another key, or as if it needed none.
    expect(await refused(await other.headers("POST", "/", token))).toEqual(invalidToken);
    const { DPoP = "" } = await key.headers("POST", "/", token);
    expect(await refused({ Authorization: `Bearer ${token}`, DPoP })).toEqual(invalidToken);
    // A token that isn't bound isn't proven by a key.
    const unbound = await key.headers("POST", "/", await issuer.token());
    expect(await refused(unbound)).toEqual(invalidToken);
  });

  it("a proof that is refused is told of in its scheme's words", async () => {
    const { issuer, config } = await trusting();
    const Authorization = `DPoP ${await issuer.token({ cnf: { jkt: "x" } })}`;
    const answer = await ask({ Authorization }, "POST", config);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="invalid_dpop_proof"/);
    expect(await answer.json()).toMatchObject({ detail: "The DPoP proof is missing." });
  });

  it("nothing can be said while the issuer is down", async () => {
    const { issuer, config } = await trusting();
    await issuer.serve({ hangsUp: true });
    const answer = await ask({ Authorization: `Bearer ${await issuer.token()}` }, "POST", config);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await problemOf(answer)).toEqual([503, "issuer_unavailable"]);
  });

  it("an issuer can't name a built-in account", async () => {
    const { issuer, config } = await trusting();
    const { sub } = await signedIn();
    const Authorization = `Bearer ${await issuer.token({ sub })}`;
    const answer = await ask({ Authorization }, "POST", config);
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });
});

it("without any credentials there is nobody", async () => {
  expect(await (await ask({})).json()).toBeNull();
  expect(await (await ask({ Origin: "https://evil.example" })).json()).toBeNull();
});
