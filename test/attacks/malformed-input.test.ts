import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { createSigner } from "../../src/oidc/keys/jwt.ts";
import { api, CREATION, ISSUER, post, problemOf, redeem, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { TestIssuer } from "../support/issuer.ts";

/**
 * An attacker sends values that no decoder, key or parser accepts. Each is answered as a client
 * error, as internal errors would hide real ones.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
afterEach(() => {
  expect(errors.mock.calls).toEqual([]);
  errors.mockClear();
});

/** Header values that are no token of 43 characters. */
const MALFORMED = [
  ...[
    "",
    "a",
    "abcde",
    "=",
    "==",
    "+/+/",
    ".",
    "..",
    "%",
    "%00",
    "%0d%0a",
    "%zz",
    "%ff",
    "%E2%82%AC",
  ],
  ...["null", "__proto__", "x".repeat(41), "x".repeat(42), "x".repeat(44), "x".repeat(45)],
  ...["x".repeat(5000), "\u00ff", `${"x".repeat(42)}=`, `${"x".repeat(42)}+`],
];

describe("malformed watch tokens", () => {
  const statuses = async (answers: Promise<Response>[]) =>
    (await Promise.all(answers)).map(({ status }) => status);

  it.each(MALFORMED)("refuses the watch token %j at every transport", async (token) => {
    const { created } = await TestScreen.begin();
    const path = `/sessions/${created.session_id}`;
    const socket = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "qr-login.v1" };
    const offered = `qr-login.v1, bearer.${token}`;
    for (const headers of [
      { Authorization: `Bearer ${token}` },
      { Cookie: `__Host-watch_tokens=${created.session_id}.${token}` },
    ]) {
      const all = await statuses([
        api(path, { headers }),
        api(path, { headers: { ...headers, Prefer: "wait=5", "If-None-Match": '"1"' } }),
        api(`${path}/events`, { headers }),
        api(`${path}/socket`, { headers: { ...headers, ...socket } }),
        api(`/compare/callback/${created.session_id}`, { headers }),
        api(`${path}/cancel`, { method: "POST", headers }),
        api(`${path}/user-code`, { method: "POST", headers }),
        post(`${path}/match`, { code: "1234" }, headers),
      ]);
      expect(all).toEqual(all.map(() => 401));
    }
    // The name of a subprotocol ends at a comma.
    const upgrade = await api(`${path}/socket`, {
      headers: { ...socket, "Sec-WebSocket-Protocol": offered },
    });
    expect(upgrade.status).toBe(401);
  });

  it("ignores a malformed watch cookie at a scan", async () => {
    for (const token of MALFORMED) {
      const login = await TestScreen.begin();
      const path = `/sessions/${login.created.session_id}/scan`;
      const headers = { Cookie: `__Host-watch_tokens=${login.created.session_id}.${token}` };
      const scanned = await post(path, await login.code(), headers);
      expect(scanned.status).toBe(200);
      const { scan_token } = await scanned.json<{ scan_token: string }>();
      expect((await post(path, { scan_token }, headers)).status).toBe(200);
    }
  });

  it("refuses malformed watch tokens in the Durable Object", async () => {
    const { stub } = await TestScreen.begin();
    for (const token of [...MALFORMED, "\ud800".repeat(43), "€"]) {
      using seen = await stub.snapshot({ token });
      expect({ ...seen }).toEqual({ ok: false, error: "watch_token_invalid" });
    }
  });
});

describe("malformed passkey responses", () => {
  const phone = (body: object, cookie: string) =>
    post("/account/sign-in", body, { Origin: ISSUER, Cookie: `__Host-ceremony=${cookie}` });

  it("refuses a malformed member of a passkey response at a sign-in", async () => {
    const sign = await createSigner(env);
    const owner = await TestPhone.signUp();
    const challenge = encodeBase64url(new Uint8Array(32));
    const begun = { challenge, begun_at: Date.now() };
    const signIn = await sign("sign-in+jwt", begun, 300_000);
    const { response, ...credential } = await owner.authenticator.get({
      challenge,
      rpId: "localhost",
    });
    const malformed = [400, "invalid_request"];
    const wellFormed = [403, "passkey_invalid"];
    // One character more than a multiple of four is the length of no base64url text.
    const notBase64url = ["a", "abcde", "x".repeat(85), "-", "", "=", "é", "a b"];
    const cases = [
      ...notBase64url.map((odd) => [odd, malformed] as const),
      ...["_w", "__8"].map((odd) => [odd, wellFormed] as const),
    ];
    for (const [odd, error] of cases) {
      for (const member of Object.keys(response)) {
        const answer = await phone(
          { response: { ...credential, response: { ...response, [member]: odd } } },
          signIn,
        );
        expect(await problemOf(answer)).toEqual(error);
      }
      for (const member of ["id", "rawId"]) {
        const body = { response: { ...credential, [member]: odd, response } };
        expect(await problemOf(await phone(body, signIn))).toEqual(error);
      }
    }
  });

  it("refuses a malformed user handle at a step-up", async () => {
    const owner = await TestPhone.signUp();
    const login = await TestScreen.begin();
    const { scan_token } = await owner.scan(login);
    const refuses = async (userHandle: string, error: [number, string]) => {
      const assertion = await owner.sign(login, scan_token, { userHandle });
      const answer = await owner.send(login, "approve", { scan_token, assertion });
      expect(await problemOf(answer)).toEqual(error);
    };
    for (const odd of ["a", "abcde", "x".repeat(85)]) await refuses(odd, [400, "invalid_request"]);
    await refuses("_w", [403, "passkey_invalid"]);
    expect((await owner.approve(login, scan_token)).status).toBe(200);
  });
});

describe("malformed JWTs", () => {
  let keyed: Env;
  let issuer: TestIssuer;
  let tokens: { access_token: string; id_token: string };
  let assertion: string;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "1" };
    keyed = {
      ...withClients({ client_id: "screen" }, { client_id: "keyed", jwks: { keys: [jwk] } }),
      ISSUERS: [issuer.trusted],
    };
    const login = await TestScreen.begin({ scope: "openid" });
    await login.approve(await login.scan());
    tokens = await (await redeem((await login.snapshot()).code ?? "")).json();
    assertion = await new SignJWT({ iss: "keyed", sub: "keyed", aud: ISSUER, jti: "1" })
      .setProtectedHeader({ alg: "ES256", kid: "1" })
      .setExpirationTime("1m")
      .sign(privateKey);
  });

  const send = async (path: string, init: RequestInit) => {
    const request = new Request(`${ISSUER}${path}`, init);
    // Each address has its own rate limit.
    const network = crypto.randomUUID().slice(0, 8).replace(/^.{4}/, "$&:");
    request.headers.set("CF-Connecting-IP", `2001:db8:${network}::1`);
    return (await app.fetch(request, keyed, createExecutionContext())).status;
  };
  const form = (path: string, fields: Record<string, string>, headers = {}) =>
    send(path, { method: "POST", body: new URLSearchParams(fields), headers });

  /** Copies of a token with one malformed part each. */
  function broken(token: string): string[] {
    const [head = "", claims = "", signature = ""] = token.split(".");
    const odd = [
      "",
      "a",
      "=",
      "é",
      "é".repeat(200),
      "_w",
      "bnVsbA",
      "W10",
      "Nw",
      "e30",
      "%00",
      " ",
    ];
    return [
      ...odd.map((part) => [part, claims, signature].join(".")),
      ...odd.map((part) => [head, part, signature].join(".")),
      ...odd.map((part) => [head, claims, part].join(".")),
      ...["", ".", "..", "....", "a.b", `${token}.x`, `${token}.x.y`, "x".repeat(7000)],
    ];
  }

  it("refuses any malformed JWT as an access token of a trusted issuer [ATTACK-malformed-input]", async () => {
    for (const token of broken(await issuer.token())) {
      if (/[^\x20-\x7e]/.test(token)) continue;
      const headers = { Authorization: `Bearer ${token}` };
      expect(await send("/account/devices", { headers })).toBe(401);
    }
  });

  it("refuses a malformed client assertion at each endpoint", async () => {
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    for (const client_assertion of broken(assertion)) {
      const client = { client_assertion, client_assertion_type: type };
      for (const path of ["/token", "/introspect", "/revoke", "/par", "/device_authorization"]) {
        // An empty parameter counts as omitted (RFC 6749 §3.2): the request then has no client.
        const status = client_assertion === "" ? 400 : 401;
        expect(await form(path, { ...client, token: "x" })).toBe(status);
      }
    }
  });

  it("ends nothing for the revocation of a malformed token", async () => {
    for (const token of broken(tokens.access_token)) {
      expect(await form("/revoke", { client_id: "screen", token })).toBe(token === "" ? 400 : 200);
    }
  });

  it("refuses a malformed id_token_hint of a login or a logout", async () => {
    for (const id_token_hint of broken(tokens.id_token)) {
      const query = new URLSearchParams({ id_token_hint }).toString();
      // An empty parameter counts as omitted, and a logout without a hint ends nothing.
      expect(await send(`/end_session?${query}`, {})).toBe(id_token_hint === "" ? 200 : 400);
      const body = JSON.stringify({ ...CREATION, id_token_hint });
      const headers = { "Content-Type": "application/json" };
      expect(await send("/sessions", { method: "POST", headers, body })).toBe(400);
    }
  });

  it("refuses a malformed challenge cookie and a malformed security event", async () => {
    const sign = await createSigner(env);
    const ceremony = await sign("sign-in+jwt", { challenge: "x", begun_at: 1 }, 60_000);
    for (const token of broken(ceremony)) {
      const headers = {
        "Content-Type": "application/json",
        Origin: ISSUER,
        Cookie: `__Host-ceremony=${encodeURIComponent(token)}`,
      };
      const body = JSON.stringify({ response: {} });
      expect(await send("/account/sign-in", { method: "POST", headers, body })).toBe(400);
      const type = { "Content-Type": "application/secevent+jwt" };
      const event = { method: "POST", headers: type, body: token };
      expect(await send("/compare/callback", event)).toBe(400);
    }
  });

  it("refuses any malformed DPoP proof, including one with a short or unknown key [ATTACK-malformed-input/2]", async () => {
    const grant = {
      grant_type: "authorization_code",
      client_id: "screen",
      code: `${"x".repeat(43)}.${"x".repeat(43)}`,
      code_verifier: "x".repeat(43),
    };
    const rsa = (bytes: number) => ({
      kty: "RSA",
      n: encodeBase64url(new Uint8Array(bytes).fill(255)),
      e: "AQAB",
    });
    const ec = await exportJWK((await generateKeyPair("ES256")).publicKey);
    const keys: [alg: string, jwk: unknown][] = [
      ["RS256", rsa(128)],
      ["PS256", rsa(128)],
      ["RS256", rsa(1)],
      ["RS256", { ...rsa(256), e: "é" }],
      ["EdDSA", { kty: "OKP", crv: "Ed25519", x: "x" }],
      ["EdDSA", { kty: "OKP", crv: "X25519", x: "x".repeat(43) }],
      ["ES256", { ...ec, crv: "P-384" }],
      ["ES256", { ...ec, x: `${String(ec.x)}é` }],
      ["ES256", { ...ec, key_ops: 7 }],
      ["ES256", { ...ec, ext: "yes" }],
      ["ES256", { kty: "EC" }],
      ["ES256", null],
      ["ES256", 7],
    ];
    const json = (part: unknown) => encodeBase64url(new TextEncoder().encode(JSON.stringify(part)));
    const claims = json({ jti: "1", htm: "POST", htu: `${ISSUER}/token`, iat: Date.now() / 1000 });
    for (const [alg, jwk] of keys) {
      const proof = [json({ typ: "dpop+jwt", alg, jwk }), claims, "AAAA"].join(".");
      expect([alg, jwk, await form("/token", grant, { DPoP: proof })]).toEqual([alg, jwk, 400]);
    }
  });
});

describe("malformed bodies", () => {
  it("refuses malformed JSON at every endpoint", async () => {
    const path = "/sessions/scan";
    const deep = ["[".repeat(8000), `${'{"a":'.repeat(2500)}1${"}".repeat(2500)}`];
    const odd = [
      "",
      "{",
      "null",
      "[]",
      "7",
      '"x"',
      "1e999",
      '{"user_code":1e999}',
      "\u0000",
      ...deep,
    ];
    for (const body of [...odd, '{"__proto__":{"user_code":"x"}}', "{}{}", "\ufeff"]) {
      const headers = { "Content-Type": "application/json" };
      const answer = await api(path, { method: "POST", headers, body });
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    }
    for (const type of [
      "",
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonp",
    ]) {
      const headers = { "Content-Type": type };
      const answer = await api(path, { method: "POST", headers, body: "{}" });
      expect(answer.status).toBe(415);
    }
  });

  it("refuses a number of a wrong kind", async () => {
    const login = await TestScreen.begin();
    const { mac } = await login.code();
    for (const t of ["1e999", "-1", "0.5", "9007199254740993", "1e300", '"0"', "null", "[0]"]) {
      const headers = { "Content-Type": "application/json" };
      const body = `{"t":${t},"mac":"${mac}"}`;
      const path = `/sessions/${login.created.session_id}/scan`;
      const answer = await api(path, { method: "POST", headers, body });
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    }
  });
});
