import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { stubFromPublicId } from "../../../src/lib/object-id.ts";
import { sha256 } from "../../../src/lib/digest.ts";
import { decodeTrustedBase64url } from "../../../src/lib/base64url.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import { CHALLENGE, ISSUER, madeUp, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { approveLogin, CALLBACK, embedded, REQUEST, SHOP } from "../../support/authorization.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const SECRET = "correct horse battery staple";
const hash = Array.from(decodeTrustedBase64url(await sha256(SECRET)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");
const worker = withClients(SHOP, { ...SHOP, client_id: "safe", client_secret_sha256: hash });
const shop = new RelyingParty(worker, "shop");
const safe = new RelyingParty(worker, "safe", SECRET);

const { client_id: _, ...PUSHED } = REQUEST;

async function push(client = shop, change: Record<string, string> = {}, headers: HeadersInit = {}) {
  const answer = await client.post("/par", { ...PUSHED, ...change }, headers);
  if (answer.status !== 201) throw new Error(`not pushed: ${await answer.text()}`);
  return (await answer.json<{ request_uri: string }>()).request_uri;
}

const open = (request_uri: string, client_id = "shop", more: object = {}) => {
  const query = new URLSearchParams({ client_id, request_uri, ...more });
  return shop.request(`/authorize?${query.toString()}`);
};

async function refused(answer: Response): Promise<string> {
  expect(answer.status).toBe(400);
  expect(answer.headers.has("Location")).toBe(false);
  const html = await answer.text();
  return /invalid_\w+/.exec(html)?.[0] ?? html;
}

describe("a pushed request", () => {
  it("returns request_uri and expires_in for a pushed request [RFC9126-2.2]", async () => {
    const answer = await shop.post("/par", PUSHED);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      expires_in: 60,
    });
  });

  it("uses the pushed parameters and ignores those of the browser [RFC9126-4]", async () => {
    const uri = await push(shop, { state: "pushed", nonce: "n" });
    const page = await embedded(
      await open(uri, "shop", {
        state: "other",
        redirect_uri: "https://evil.example/",
        scope: "x",
      }),
    );
    if (!("request" in page)) throw new Error("no login");
    expect(page.request).toMatchObject({
      state: "pushed",
      nonce: "n",
      redirect_uri: CALLBACK,
      scope: "openid",
    });
    expect(await approveLogin(shop, page)).toMatchObject({
      redirect_to: expect.stringContaining(`${CALLBACK}?code=`),
    });
  });

  it("stores no client secret with a pushed request", async () => {
    const uri = await push(safe);
    const stub = stubFromPublicId(env.PUSHED_REQUESTS, uri.slice(-43));
    if (!stub) throw new Error("no object");
    const stored = await runInDurableObject(stub, (_, { storage }) =>
      JSON.stringify([...storage.kv.list()]),
    );
    expect(stored).toContain("code_challenge");
    expect(stored).not.toContain("secret");
    expect(stored).not.toContain("horse");
    await embedded(await open(uri, "safe"));
  });

  it("accepts a request_uri in a POST to the authorization endpoint", async () => {
    const body = new URLSearchParams({ client_id: "shop", request_uri: await push() });
    await embedded(await shop.request("/authorize", { method: "POST", body }));
  });

  it("opens a pushed request again after a reload or the back button [RFC9126-4/2]", async () => {
    const uri = await push(shop, { state: "mine" });
    const sessions = [];
    for (let i = 0; i < 3; i++) {
      const page = await embedded(await open(uri));
      if (!("request" in page)) throw new Error("no login");
      expect(page.request).toMatchObject({ state: "mine" });
      sessions.push(page.session.session_id);
    }
    expect(new Set(sessions).size).toBe(3);
  });

  it("opens a pushed request again until its first login session would have expired", async () => {
    const uri = await push();
    const now = Date.now();
    setClock(now + 50_000);
    await embedded(await open(uri));
    setClock(now + 160_000);
    const page = await embedded(await open(uri));
    if (!("request" in page)) throw new Error("no login");
    setClock(now + 175_000);
    expect(await refused(await open(uri))).toBe("invalid_request_uri");
    // The last login can still be approved.
    expect(await approveLogin(shop, page)).toMatchObject({ status: "approved" });
  });

  it("rejects a request_uri after a login of it was approved or redeemed", async () => {
    const uri = await push();
    const page = await embedded(await open(uri));
    if (!("request" in page)) throw new Error("no login");
    const { code = "" } = await approveLogin(shop, page);
    expect(await refused(await open(uri))).toBe("invalid_request_uri");
    expect((await shop.redeem(code)).status).toBe(200);
    expect(await refused(await open(uri))).toBe("invalid_request_uri");
  });

  it("approves one of two logins of a pushed request and cancels the other [RFC9126-4/3]", async () => {
    const uri = await push();
    const [first, second] = [await embedded(await open(uri)), await embedded(await open(uri))];
    if (!("request" in first) || !("request" in second)) throw new Error("no login");
    const { code = "" } = await approveLogin(shop, second);
    await expect(approveLogin(shop, first)).rejects.toThrow("session_cancelled");
    const headers = { Authorization: `Bearer ${first.session.watch_token}` };
    const seen = await shop.request(`/sessions/${first.session.session_id}`, { headers });
    expect(await seen.json()).toMatchObject({ status: "cancelled" });
    expect((await shop.redeem(code)).status).toBe(200);
  });

  it("approves one of two simultaneous logins of a pushed request", async () => {
    const uri = await push();
    const pages = [await embedded(await open(uri)), await embedded(await open(uri))];
    const approvals = pages.map((page) => {
      if (!("request" in page)) throw new Error("no login");
      return approveLogin(shop, page);
    });
    const ends = (await Promise.allSettled(approvals)).map(({ status }) => status);
    expect(ends.toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("does not spend a pushed request on a rejected approval", async () => {
    const uri = await push();
    const [first, second] = [await embedded(await open(uri)), await embedded(await open(uri))];
    if (!("request" in first) || !("request" in second)) throw new Error("no login");
    const stub = sessionStub(shop.worker, first.session.session_id);
    if (!stub) throw new Error("the session has no object");
    using early = await stub.approve("no scan token", { account: { sub: "ada" }, device: {} });
    expect(early.ok).toBe(false);
    expect(await approveLogin(shop, second)).toMatchObject({ status: "approved" });
  });

  it("rejects a request_uri issued to another client and keeps it valid [RFC9126-2.2/3]", async () => {
    const uri = await push(safe);
    expect(await refused(await open(uri, "shop"))).toBe("invalid_request_uri");
    expect(await refused(await open(uri, ""))).toBe("invalid_request_uri");
    await embedded(await open(uri, "safe"));
  });

  it("expires a pushed request after a minute even without the alarm [RFC9126-4/5]", async () => {
    const uri = await push();
    const other = await push();
    setClock(Date.now() + 60_000);
    expect(await refused(await open(uri))).toBe("invalid_request_uri");
    const stub = stubFromPublicId(env.PUSHED_REQUESTS, other.slice(-43));
    if (!stub) throw new Error("no object");
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const left = await runInDurableObject(stub, (_, { storage }) => [...storage.kv.list()]);
    expect(left).toEqual([]);
  });

  it.each([
    ["made up [RFC9126-2.2/2]", () => `urn:ietf:params:oauth:request_uri:${madeUp()}`],
    ["of a session", () => `urn:ietf:params:oauth:request_uri:${"A".repeat(43)}`],
    ["empty", () => "urn:ietf:params:oauth:request_uri:"],
    ["over-long", () => `urn:ietf:params:oauth:request_uri:${"x".repeat(3000)}`],
  ])("starts no login for a request_uri that is %s", async (_, made) => {
    expect(await refused(await open(made()))).toBe("invalid_request_uri");
  });

  it("rejects a repeated request_uri and keeps the request valid", async () => {
    const uri = await push();
    const twice = `request_uri=${encodeURIComponent(uri)}&request_uri=${encodeURIComponent(uri)}`;
    const answer = await shop.request(`/authorize?client_id=shop&${twice}`);
    // The client has one redirect URI (RFC 6749 §3.1.2.3).
    expect(answer.status).toBe(303);
    expect(answer.headers.get("Location")).toContain(`${CALLBACK}?error=invalid_request&`);
    await embedded(await open(uri));
  });
});

describe("an invalid pushed request", () => {
  it.each<[string, string, Record<string, string>]>([
    [
      "another client's redirect [RFC9126-2.1/2]",
      "invalid_request",
      { redirect_uri: "https://evil.example/" },
    ],
    ["no challenge [RFC9126-2.1/3]", "invalid_request", { code_challenge: "" }],
    ["the method plain", "invalid_request", { code_challenge_method: "plain" }],
    ["another response_type", "unsupported_response_type", { response_type: "token" }],
    ["a scope that is nothing here", "invalid_scope", { scope: "x" }],
    ["another resource", "invalid_target", { resource: "https://api.example/" }],
    ["the name of another request [RFC9126-2.1]", "invalid_request", { request_uri: "urn:x" }],
    ["a request object", "request_not_supported", { request: "a.b.c" }],
    ["a hint that is none", "invalid_request", { id_token_hint: "a.b.c" }],
    ["prompt=none", "login_required", { prompt: "none" }],
  ])("rejects a pushed request with %s: %s", async (_, error, change) => {
    const answer = await shop.post("/par", { ...PUSHED, ...change });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toEqual({ error, error_description: expect.any(String) });
  });

  it("refuses a pushed request of an unauthenticated client [RFC9126-2]", async () => {
    const wrong = new RelyingParty(worker, "safe", "wrong");
    for (const client of [wrong, new RelyingParty(worker, "safe")]) {
      const answer = await client.post("/par", PUSHED);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: "invalid_client" });
    }
  });

  it("refuses a pushed request with a repeated parameter or in another encoding [RFC9126-2.3]", async () => {
    const form = new URLSearchParams(REQUEST).toString();
    const twice = await shop.request("/par", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: `${form}&scope=openid`,
    });
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: "invalid_request" }]);
    const json = await shop.request("/par", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(REQUEST),
    });
    expect([json.status, await json.json()]).toMatchObject([400, { error: "invalid_request" }]);
  });

  it("refuses a pushed request by any method but POST [RFC9126-2/2]", async () => {
    const answer = await shop.request("/par");
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, "POST"]);
  });
});

describe("a key that comes with the request (RFC 9449 §10.1)", () => {
  it("binds the code to the key of the pushed proof [RFC9449-10.1]", async () => {
    const key = await DpopKey.make();
    const proof = await key.proof({ claims: { htu: `${ISSUER}/par` } });
    const page = await embedded(await open(await push(shop, {}, { DPoP: proof })));
    if (!("request" in page)) throw new Error("no login");
    expect(page.request).toMatchObject({ dpop_jkt: key.jkt });
    const { code = "" } = await approveLogin(shop, page);
    // The log of the first attempt.
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => warned.mockRestore());
    expect((await shop.redeem(code)).status).toBe(400);
    const right = await key.proof({ claims: { htu: `${ISSUER}/token` } });
    expect((await shop.redeem(code, { DPoP: right })).status).toBe(200);
  });

  it("rejects a pushed proof that differs from dpop_jkt [RFC9449-10.1/2]", async () => {
    const key = await DpopKey.make();
    const proof = await key.proof({ claims: { htu: `${ISSUER}/par` } });
    const answer = await shop.post("/par", { ...PUSHED, dpop_jkt: CHALLENGE }, { DPoP: proof });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: "invalid_dpop_proof" },
    ]);
  });

  it("rejects a DPoP proof for another endpoint, and a reused one, at /par", async () => {
    const key = await DpopKey.make();
    const elsewhere = await key.proof({ claims: { htu: `${ISSUER}/token` } });
    const wrong = await shop.post("/par", PUSHED, { DPoP: elsewhere });
    expect(await wrong.json()).toMatchObject({ error: "invalid_dpop_proof" });
    const proof = await key.proof({ claims: { htu: `${ISSUER}/par` } });
    expect((await shop.post("/par", PUSHED, { DPoP: proof })).status).toBe(201);
    const again = await shop.post("/par", PUSHED, { DPoP: proof });
    expect(await again.json()).toMatchObject({ error: "invalid_dpop_proof" });
  });
});
