import { afterEach, describe, expect, it, vi } from "vitest";
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, decodeJwt, EmbeddedJWK, jwtVerify } from "jose";
import { parseCodeLink, rotatingCode } from "../../src/login-session/domain/rotating-code.ts";
import { LoginSession } from "../../src/sdk/login-session.ts";
import { startLogin } from "../../src/sdk/start-login.ts";
import { SessionServer, WATCH_TOKEN } from "./support/session-server.ts";

function idToken(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;
}

const begin = (server: SessionServer, nonce = "n-1") =>
  startLogin({ clientId: "site", issuer: server.origin, scope: "openid profile", nonce });

const bodyOf = (server: SessionServer, way: string) =>
  server.requests.findLast((request) => request.way === way)?.body ?? "";

describe("to begin a login", () => {
  it("sends the challenge of a stored verifier without cookies [ASVS-10.1.2]", async () => {
    await using server = await SessionServer.start();
    await begin(server);
    const sent: unknown = JSON.parse(bodyOf(server, "create"));
    expect(sent).toEqual({
      client_id: "site",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
      scope: "openid profile",
      nonce: "n-1",
      dpop_jkt: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(server.requests[0]?.headers.cookie).toBeUndefined();
  });

  it("returns the user code and the time left", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    expect(login.userCode).toBe("WDJB-MJHT");
    expect(login.timeLeft).toBeGreaterThan(11_000);
    expect(login.expiresAt - Date.now()).toBeGreaterThan(11_000);
  });

  it("requests a user code only on demand, and only once", async () => {
    await using server = await SessionServer.start();
    server.withUserCode = false;
    const login = await startLogin({ clientId: "site", issuer: server.origin, userCode: false });
    expect(JSON.parse(bodyOf(server, "create"))).toMatchObject({ user_code: false });
    expect(login.userCode).toBeUndefined();
    server.refuse("user-code", { status: 409, code: "already_scanned" });
    await expect(login.requestUserCode()).rejects.toMatchObject({ code: "already_scanned" });
    server.refuse("user-code", { status: 200 });
    await expect(login.requestUserCode()).rejects.toMatchObject({ code: "protocol" });
    server.admit("user-code");
    expect(await login.requestUserCode()).toBe("MJHT-WDJB");
    expect(await login.requestUserCode()).toBe("MJHT-WDJB");
    expect(login.userCode).toBe("MJHT-WDJB");
    const asked = server.requests.filter(({ way }) => way === "user-code");
    expect(asked).toHaveLength(3);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${WATCH_TOKEN}`);
  });

  it.each([
    [429, "too_many_requests"],
    [500, "configuration_error"],
    [400, "client_unknown"],
  ])("throws the server's error code: %i %s", async (status, code) => {
    await using server = await SessionServer.start();
    server.refuse("create", { status, code, headers: { "Retry-After": "60" } });
    await expect(begin(server)).rejects.toMatchObject({ code, status, retryAfter: 60_000 });
  });

  it("creates another session if the server was not ready or the response was lost", async () => {
    await using server = await SessionServer.start();
    server.refuseOnce("create", { status: 503, code: "temporarily_unavailable" });
    expect((await begin(server)).userCode).toBe("WDJB-MJHT");
    server.loseAnswerOnce("create");
    expect((await begin(server)).userCode).toBe("WDJB-MJHT");
    expect(server.ways).toEqual(["create", "create", "create", "create"]);
  });

  it("throws `protocol` for an undocumented response, and `network` without a response", async () => {
    const server = await SessionServer.start();
    server.refuse("create", { status: 200 });
    await expect(begin(server)).rejects.toMatchObject({ code: "protocol" });
    server.refuse("create", { status: 502 });
    await expect(begin(server)).rejects.toMatchObject({ code: "protocol", status: 502 });
    await server[Symbol.asyncDispose]();
    await expect(begin(server)).rejects.toMatchObject({ code: "network" });
  });

  it("throws the reason of the signal that aborts the start", async () => {
    await using server = await SessionServer.start();
    const signal = AbortSignal.abort(new Error("enough"));
    const options = { clientId: "site", issuer: server.origin, signal };
    await expect(startLogin(options)).rejects.toThrow("enough");
  });
});

describe("the codes", () => {
  afterEach(() => void vi.useRealTimers());

  it("yields the current code link, then one for each period until the session expires", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    vi.useFakeTimers({ now: Date.now() });
    const links: string[] = [];
    const end = (async () => {
      for await (const link of login.codes()) links.push(link);
    })();
    await vi.advanceTimersByTimeAsync(0);
    await vi.waitFor(() => expect(links).toHaveLength(1));
    await vi.advanceTimersByTimeAsync(5000);
    await vi.waitFor(() => expect(links).toHaveLength(2));
    await vi.advanceTimersByTimeAsync(5000);
    await vi.waitFor(() => expect(links).toHaveLength(3));
    await vi.advanceTimersByTimeAsync(5000);
    await end;
    const { session_id: id, qr } = login.session;
    expect(links.map(parseCodeLink)).toEqual(
      await Promise.all(
        [0, 1, 2].map(async (t) => ({ sessionId: id, ...(await rotatingCode(qr.key, id, t)) })),
      ),
    );
  });

  it("counts the code periods from the age of the session", async () => {
    await using server = await SessionServer.start();
    const { session } = await begin(server);
    const login = new LoginSession(session, { issuer: server.origin, age: 6000 });
    expect(login.timeLeft).toBeLessThanOrEqual(session.expires_in * 1000 - 6000);
    const over = new AbortController();
    for await (const link of login.codes(over.signal)) {
      expect(parseCodeLink(link)).toMatchObject({ t: 1 });
      over.abort();
    }
  });

  it("ends the code links when the signal is aborted", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    const over = new AbortController();
    const links: string[] = [];
    for await (const link of login.codes(over.signal)) {
      links.push(link);
      over.abort();
    }
    expect(links).toHaveLength(1);
  });
});

describe("to redeem the code", () => {
  const claims = (server: SessionServer) => ({
    iss: server.origin,
    sub: "pk_1",
    aud: "site",
    nonce: "n-1",
    name: "Ann",
  });
  const tokens = (server: SessionServer, changed: object = {}) => ({
    access_token: "a",
    token_type: "Bearer",
    expires_in: 600,
    id_token: idToken({ ...claims(server), ...changed }),
  });

  it("sends the verifier and returns the tokens and the user [ASVS-10.2.1]", async () => {
    await using server = await SessionServer.start();
    server.tokens = tokens(server);
    const login = await begin(server);
    const given = await login.redeem("the-code");
    expect(given.claims).toMatchObject({ sub: "pk_1", name: "Ann" });
    expect(given.access_token).toBe("a");

    const sent = new URLSearchParams(bodyOf(server, "token"));
    const created = JSON.parse(bodyOf(server, "create")) as { code_challenge: string };
    const verifier = sent.get("code_verifier") ?? "";
    expect(createHash("sha256").update(verifier).digest("base64url")).toBe(created.code_challenge);
    expect(Object.fromEntries(sent)).toMatchObject({
      grant_type: "authorization_code",
      code: "the-code",
      client_id: "site",
    });
  });

  it.each([
    ["issuer", { iss: "https://other.example" }],
    ["client", { aud: "another" }],
    ["login", { nonce: "n-2" }],
  ])("rejects an ID token of another %s", async (_, changed) => {
    await using server = await SessionServer.start();
    server.tokens = tokens(server, changed);
    const login = await begin(server);
    await expect(login.redeem("the-code")).rejects.toMatchObject({ code: "protocol" });
  });

  it("accepts a token response without an ID token", async () => {
    await using server = await SessionServer.start();
    server.tokens = { ...tokens(server), id_token: undefined };
    const login = await begin(server);
    expect((await login.redeem("the-code")).claims).toBeUndefined();
  });

  it("proves the DPoP key of the login, which cannot be extracted (RFC 9449) [RFC10027-6.1.12]", async () => {
    await using server = await SessionServer.start();
    const made = vi.spyOn(crypto.subtle, "generateKey");
    server.tokens = tokens(server);
    // The device's clock may be wrong: the server's clock counts.
    server.clock = 3_600_000;
    const login = await begin(server);
    expect(made.mock.calls).toMatchObject([[{ namedCurve: "P-256" }, false, ["sign"]]]);
    made.mockRestore();

    await login.redeem("the-code");
    const proof = String(server.requests.at(-1)?.headers["dpop"]);
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: "dpop+jwt" });
    expect(protectedHeader).toMatchObject({ alg: "ES256", jwk: { kty: "EC", crv: "P-256" } });
    expect(payload).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: "POST",
      htu: `${server.origin}/token`,
      iat: expect.closeTo((Date.now() + server.clock) / 1000, -1),
    });
    const { dpop_jkt } = JSON.parse(bodyOf(server, "create")) as { dpop_jkt: string };
    expect(await calculateJwkThumbprint(protectedHeader.jwk ?? {})).toBe(dpop_jkt);
  });

  it("sends no DPoP proof if the page turns it off", async () => {
    await using server = await SessionServer.start();
    server.tokens = tokens(server);
    const options = { clientId: "site", issuer: server.origin, nonce: "n-1", dpop: false };
    const login = await startLogin(options);
    await login.redeem("the-code");
    expect(JSON.parse(bodyOf(server, "create"))).not.toHaveProperty("dpop_jkt");
    expect(server.requests.at(-1)?.headers["dpop"]).toBeUndefined();
    expect(await login.proofFor("GET", server.origin)).toBeUndefined();
    await login.fetch(`${server.origin}/anything`);
    expect(server.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer a" });
  });

  it("repeats the token request if the server was not ready", async () => {
    await using server = await SessionServer.start();
    server.tokens = tokens(server);
    const login = await begin(server);
    server.refuseOnce("token", { status: 503, headers: { "Retry-After": "1" } });
    expect((await login.redeem("the-code")).claims).toMatchObject({ name: "Ann" });
    const [first, second] = server.requests.filter(({ way }) => way === "token");
    expect(second?.body).toBe(first?.body);
  });

  it("repeats a token request whose response was lost with the same code and a new DPoP proof", async () => {
    await using server = await SessionServer.start();
    server.tokens = tokens(server);
    server.lostTokens = 2;
    const login = await begin(server);
    expect((await login.redeem("the-code")).access_token).toBe("a");
    const sent = server.requests.filter(({ way }) => way === "token");
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    const proofs = sent.map(({ headers }) => decodeJwt(String(headers["dpop"])));
    expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(3);
  });

  it("gives up a token request after three tries without a response", async () => {
    await using server = await SessionServer.start();
    server.lostTokens = Infinity;
    const login = await begin(server);
    await expect(login.redeem("the-code")).rejects.toMatchObject({ code: "network" });
    expect(server.ways.filter((way) => way === "token")).toHaveLength(3);
  });

  it("throws the token endpoint's error without a retry", async () => {
    await using server = await SessionServer.start();
    server.oauthError = "invalid_grant";
    const login = await begin(server);
    await expect(login.redeem("the-code")).rejects.toMatchObject({ code: "invalid_grant" });
    expect(server.ways.filter((way) => way === "token")).toHaveLength(1);
  });
});

describe("a request with the access token", () => {
  it("sends a new DPoP proof with each request", async () => {
    await using server = await SessionServer.start();
    server.tokens = { access_token: "a", token_type: "DPoP", expires_in: 600 };
    const login = await begin(server);
    await login.redeem("the-code");
    const headers = { "X-Mine": "1" };
    const sent = async () => {
      await login.fetch(`${server.origin}/anything?x=1#y`, { method: "post", headers });
      return server.requests.at(-1)?.headers ?? {};
    };
    const [first, second] = [await sent(), await sent()];
    expect(first).toMatchObject({ authorization: "DPoP a", "x-mine": "1" });
    const [one, other] = [first, second].map((each) => decodeJwt(String(each["dpop"])));
    expect(one).toMatchObject({
      htm: "POST",
      htu: `${server.origin}/anything`,
      ath: createHash("sha256").update("a").digest("base64url"),
    });
    expect(one?.jti).not.toBe(other?.jti);
  });

  it("refuses to send a request before there is an access token", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    await expect(login.fetch(server.origin)).rejects.toMatchObject({ code: "not_logged_in" });
  });
});

describe("to cancel", () => {
  it("cancels the session with the watch token", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    await login.cancel();
    expect(server.requests.at(-1)).toMatchObject({
      way: "cancel",
      headers: { authorization: `Bearer ${WATCH_TOKEN}` },
    });
  });

  it("repeats a cancellation whose response was lost", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    server.loseAnswerOnce("cancel");
    await login.cancel();
    expect(server.ways).toEqual(["create", "cancel", "cancel"]);
  });

  it("ignores a failed cancellation", async () => {
    await using server = await SessionServer.start();
    server.refuse("cancel", { status: 410, code: "session_expired" });
    const login = await begin(server);
    await expect(login.cancel()).resolves.toBeUndefined();
  });
});

describe("to say what the phone shows", () => {
  it("submits the matching code with the watch token", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    await login.match("4821");
    expect(server.requests.at(-1)).toMatchObject({
      way: "match",
      headers: { authorization: `Bearer ${WATCH_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ code: "4821" }),
    });
  });

  it("repeats the matching code if the server was not ready", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    server.refuseOnce("match", { status: 503, code: "temporarily_unavailable" });
    await login.match("4821");
    server.refuseOnce("user-code", { status: 502 });
    server.withUserCode = false;
    const options = { clientId: "site", issuer: server.origin, userCode: false };
    expect(await (await startLogin(options)).requestUserCode()).toBe("MJHT-WDJB");
    expect(server.ways.filter((way) => way === "match")).toHaveLength(2);
    expect(server.ways.filter((way) => way === "user-code")).toHaveLength(2);
  });

  it("throws `match_wrong` for a wrong matching code", async () => {
    await using server = await SessionServer.start();
    const login = await begin(server);
    server.refuse("match", { status: 403, code: "match_wrong" });
    await expect(login.match("1248")).rejects.toMatchObject({ code: "match_wrong" });
  });
});
