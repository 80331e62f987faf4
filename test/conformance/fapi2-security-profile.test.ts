import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { ISSUER, problemOf, VERIFIER, withClients } from "../support/api.ts";
import { approveLogin, CALLBACK, embedded, REQUEST } from "../support/authorization.ts";
import { ClientKey } from "../support/client-key.ts";
import { DpopKey, type ProofChanges } from "../support/dpop-key.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { restoreClock, setClock } from "../support/time.ts";

// Rejected requests are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(restoreClock);

/**
 * The modules of the OpenID Foundation's FAPI 2.0 plan (`fapi2-security-profile-final-test-plan`, with
 * private_key_jwt and DPoP), for clients with `profile = "fapi2"`. Each title begins with its module,
 * without the prefix `fapi2-security-profile-final-`.
 */

const keys = { first: await ClientKey.make(), second: await ClientKey.make("PS256") };
const dpop = await DpopKey.make();
const worker = withClients(
  ...Object.entries(keys).map(([client_id, { jwk }]) => ({
    client_id,
    redirect_uris: [CALLBACK],
    jwks: { keys: [jwk] },
    profile: "fapi2",
  })),
);

type ClientId = keyof typeof keys;

function clientOf(id: ClientId, change: object = {}): RelyingParty {
  const client = new RelyingParty(worker, id);
  client.credentials = () => keys[id].credentials(id, change);
  return client;
}

const [first, second] = [clientOf("first"), clientOf("second")];

const { client_id: _, ...PUSHED } = REQUEST;
type Form = Record<string, string>;

/** Leaves out the parameters that are undefined. */
function form(change: Record<string, string | undefined>): Form {
  const entries = Object.entries({ ...PUSHED, state: "s", nonce: "n", ...change });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

const push = (
  change: Record<string, string | undefined> = {},
  client = first,
  headers: HeadersInit = {},
) => client.post("/par", form(change), headers);

async function uriOf(answer: Response): Promise<string> {
  expect(answer.status).toBe(201);
  return (await answer.json<{ request_uri: string }>()).request_uri;
}

const visit = (request_uri: string, client_id: ClientId = "first", more: Form = {}) => {
  const query = new URLSearchParams({ client_id, request_uri, ...more });
  return first.request(`/authorize?${query.toString()}`);
};

async function open(request_uri: string, client_id: ClientId = "first") {
  const page = await embedded(await visit(request_uri, client_id));
  if (!("declined" in page)) throw new Error("no login");
  return page;
}

/** The authorization response of an approved login. */
async function approve(request_uri: string, client = first): Promise<URLSearchParams> {
  const id = client === first ? "first" : "second";
  const { redirect_to = "" } = await approveLogin(client, await open(request_uri, id));
  return new URL(redirect_to).searchParams;
}

async function codeOf(
  change: Record<string, string | undefined> = {},
  client = first,
): Promise<string> {
  const response = await approve(await uriOf(await push(change, client)), client);
  return response.get("code") ?? "";
}

async function redeem(
  code: string,
  {
    client = first,
    key = dpop,
    change = {},
  }: { client?: RelyingParty; key?: DpopKey; change?: object } = {},
): Promise<Response> {
  const grant = {
    grant_type: "authorization_code",
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    ...change,
  };
  return await client.post("/token", grant, { DPoP: await key.proof() });
}

async function userinfo(token: string, scheme = "DPoP", key = dpop): Promise<number> {
  const headers = await key.headers("GET", "/userinfo", token);
  const Authorization = `${scheme} ${token}`;
  return (await first.request("/userinfo", { headers: { ...headers, Authorization } })).status;
}

async function tokensOf(answer: Response): Promise<TokenResponse> {
  expect(answer.status).toBe(200);
  return await answer.json<TokenResponse>();
}

describe("a login", () => {
  it("happy-flow: two clients log in with PAR, PKCE, DPoP and iss", async () => {
    for (const client of [first, second]) {
      const response = await approve(await uriOf(await push({}, client)), client);
      expect(response.get("iss")).toBe(ISSUER);
      expect(response.get("state")).toBe("s");
      const tokens = await tokensOf(await redeem(response.get("code") ?? "", { client }));
      expect(tokens.token_type).toBe("DPoP");
      expect(decodeJwt(tokens.access_token)).toMatchObject({ cnf: { jkt: dpop.jkt } });
      expect(decodeJwt(tokens.id_token ?? "")).toMatchObject({ nonce: "n", aud: client.clientId });
      expect(decodeProtectedHeader(tokens.id_token ?? "").alg).toBe("ES256");
      expect(await userinfo(tokens.access_token)).toBe(200);
    }
  });

  it("ensure-authorization-request-without-state-success: returns no state", async () => {
    const response = await approve(await uriOf(await push({ state: undefined })));
    expect(response.has("state")).toBe(false);
    expect(response.has("code")).toBe(true);
  });

  it("ensure-authorization-request-without-nonce-success: returns no nonce", async () => {
    const { id_token = "" } = await tokensOf(await redeem(await codeOf({ nonce: undefined })));
    expect(decodeJwt(id_token)).not.toHaveProperty("nonce");
  });

  it("ensure-authorization-request-with-64-char-nonce-success: returns it unchanged", async () => {
    const nonce = "n".repeat(64);
    const { id_token = "" } = await tokensOf(await redeem(await codeOf({ nonce })));
    expect(decodeJwt(id_token)["nonce"]).toBe(nonce);
  });

  it("ensure-authorization-request-with-long-nonce: refuses a nonce of 384 characters, and never cuts one", async () => {
    expect(await problemOf(await push({ nonce: "n".repeat(384) }))).toEqual([
      400,
      "invalid_request",
    ]);
    const nonce = "n".repeat(255);
    const { id_token = "" } = await tokensOf(await redeem(await codeOf({ nonce })));
    expect(decodeJwt(id_token)["nonce"]).toBe(nonce);
  });

  it("ensure-authorization-request-with-long-state: returns it unchanged", async () => {
    const state = "s".repeat(1000);
    expect((await approve(await uriOf(await push({ state })))).get("state")).toBe(state);
    expect(await problemOf(await push({ state: "s".repeat(4001) }))).toEqual([
      400,
      "invalid_request",
    ]);
  });

  it("ensure-other-scope-order-succeeds: the order of scopes means nothing", async () => {
    const tokens = await tokensOf(await redeem(await codeOf({ scope: "profile openid" })));
    expect(tokens.scope).toBe("openid profile");
  });

  it("user-rejects-authentication: the way back of somebody who declines is access_denied", async () => {
    const page = await open(await uriOf(await push()));
    const stub = sessionStub(worker, page.session.session_id);
    if (!stub) throw new Error("no session");
    using scanned = await stub.scan("user_code", {});
    if (!scanned.ok) throw new Error("not scanned");
    using denied = await stub.deny(scanned.value.scan_token);
    expect(denied.ok).toBe(true);
    if (!("redirect_to" in page.declined)) throw new Error("no redirect");
    const { searchParams } = new URL(page.declined.redirect_to);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      error: "access_denied",
      state: "s",
      iss: ISSUER,
    });
  });
});

describe("a pushed request", () => {
  it.each([
    ["ensure-response-type-code-idtoken-fails", { response_type: "code id_token" }],
    ["ensure-response-type-token-fails", { response_type: "token" }],
  ])("%s: is refused", async (_, change) => {
    expect(await problemOf(await push(change))).toEqual([400, "unsupported_response_type"]);
  });

  it.each([
    ["par-ensure-pkce-required", { code_challenge: undefined, code_challenge_method: undefined }],
    ["par-plain-pkce-rejected", { code_challenge: VERIFIER, code_challenge_method: "plain" }],
    [
      "par-authorization-request-containing-request_uri-form-param",
      { request_uri: "urn:ietf:params:oauth:request_uri:x" },
    ],
    ["plain-fapi-tolerate-unregistered-redirect-uri", { redirect_uri: "https://shop.example/new" }],
  ])("%s: is refused", async (_, change) => {
    expect(await problemOf(await push(change))).toEqual([400, "invalid_request"]);
  });

  it("par-attempt-reuse-request_uri: is refused once its code was redeemed", async () => {
    const uri = await uriOf(await push());
    await tokensOf(await redeem((await approve(uri)).get("code") ?? ""));
    expect((await visit(uri)).status).toBe(400);
  });

  it("par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: the second of two visits logs in", async () => {
    const uri = await uriOf(await push());
    await open(uri);
    await tokensOf(await redeem((await approve(uri)).get("code") ?? ""));
  });

  it("par-attempt-to-use-expired-request_uri: is refused after a minute", async () => {
    const start = Date.now();
    setClock(start);
    const uri = await uriOf(await push());
    setClock(start + 60_000);
    expect((await visit(uri)).status).toBe(400);
  });

  it("par-attempt-to-use-request_uri-for-different-client: is refused", async () => {
    const uri = await uriOf(await push());
    expect((await visit(uri, "second")).status).toBe(400);
    await open(uri);
  });

  it("par-attempt-invalid-http-method: is refused", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect((await first.request("/par", { method })).status).toBe(405);
    }
  });

  it("dpop-negative-tests: refuses RS256 at the UserInfo endpoint too, also with a key that has signed by PS256", async () => {
    const { ps256, rs256 } = await DpopKey.makeRsa();
    const { access_token } = await tokensOf(await redeem(await codeOf(), { key: ps256 }));
    expect(await userinfo(access_token, "DPoP", rs256)).toBe(401);
    expect(await userinfo(access_token, "DPoP", ps256)).toBe(200);
  });

  it("needs redirect_uri in a pushed request, also without openid and if only one is registered (§5.3.2.2)", async () => {
    const answer = await push({ redirect_uri: undefined, scope: "profile" });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it("par-without-duplicate-parameters: client_id and request_uri alone suffice, and others are ignored", async () => {
    const uri = await uriOf(await push());
    expect((await visit(uri)).status).toBe(200);
    expect((await visit(uri, "first", { scope: "openid email", state: "other" })).status).toBe(200);
  });

  it("ensure-unsigned-authorization-request-without-using-par-fails: a request in the browser is refused", async () => {
    const query = new URLSearchParams({ ...REQUEST, client_id: "first", state: "s" });
    const answer = await first.request(`/authorize?${query.toString()}`);
    expect(answer.status).toBe(303);
    const { searchParams } = new URL(answer.headers.get("Location") ?? "");
    expect(Object.fromEntries(searchParams)).toEqual({
      error: "invalid_request",
      error_description: "This client must push its authorization requests.",
      state: "s",
      iss: ISSUER,
    });
  });

  it("starts a login only by its request_uri: neither a session nor a device code is given", async () => {
    const { code_challenge, code_challenge_method } = REQUEST;
    const body = JSON.stringify({ client_id: "first", code_challenge, code_challenge_method });
    const headers = { "Content-Type": "application/json" };
    const session = await first.request("/sessions", { method: "POST", headers, body });
    expect(await problemOf(session)).toEqual([400, "invalid_request"]);
    const device = await first.post("/device_authorization", { scope: "openid" });
    expect(await problemOf(device)).toEqual([400, "unauthorized_client"]);
    // The page has nothing by which a session could be created.
    expect(await open(await uriOf(await push()))).not.toHaveProperty("request");
  });
});

describe("a code", () => {
  it("incorrect-pkce-code-verifier-rejected: is refused with invalid_grant", async () => {
    const change = { code_verifier: VERIFIER.replace("d", "e") };
    expect(await problemOf(await redeem(await codeOf(), { change }))).toEqual([
      400,
      "invalid_grant",
    ]);
  });

  it("ensure-pkce-code-verifier-required: is refused with invalid_grant", async () => {
    const change = { code_verifier: "" };
    expect(await problemOf(await redeem(await codeOf(), { change }))).toEqual([
      400,
      "invalid_grant",
    ]);
  });

  it("ensure-holder-of-key-required: gives nothing without a DPoP proof", async () => {
    const code = await codeOf();
    const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
    expect(await problemOf(await first.post("/token", grant))).toEqual([400, "invalid_dpop_proof"]);
    await tokensOf(await redeem(code));
  });

  it("attempt-reuse-authorization-code-after-one-second: is refused at its second use, and the token is void", async () => {
    const start = Date.now();
    setClock(start);
    const code = await codeOf();
    const { access_token } = await tokensOf(await redeem(code));
    setClock(start + 1000);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await userinfo(access_token)).toBe(401);
  });

  it("ensure-token-endpoint-fails-with-expired-auth-code: is refused after 60 seconds", async () => {
    const start = Date.now();
    setClock(start);
    const code = await codeOf();
    setClock(start + 60_000);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
  });

  it("ensure-authorization-code-is-bound-to-client: is refused to another client", async () => {
    const code = await codeOf();
    expect(await problemOf(await redeem(code, { client: second }))).toEqual([400, "invalid_grant"]);
    await tokensOf(await redeem(code));
  });

  it("ensure-client-id-in-token-endpoint: a client_id of another client than the assertion's is refused", async () => {
    const answer = await redeem(await codeOf(), { change: { client_id: "second" } });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });
});

describe("a client assertion", () => {
  const past = () => Math.floor(Date.now() / 1000) - 300;
  it.each<[string, () => object]>([
    ["ensure-client-assertion-with-exp-is-5-minutes-in-past-fails", () => ({ exp: past() })],
    ["ensure-client-assertion-with-no-sub-fails", () => ({ sub: undefined })],
    ["ensure-client-assertion-with-wrong-aud-fails", () => ({ aud: "https://evil.example" })],
    ["par-test-array-as-audience-fails", () => ({ aud: [ISSUER] })],
    ["par-test-par-endpoint-url-as-audience-fails", () => ({ aud: `${ISSUER}/par` })],
    ["par-test-token-endpoint-url-as-audience-fails", () => ({ aud: `${ISSUER}/token` })],
  ])("%s: is refused", async (_, change) => {
    const wrong = clientOf("first", change());
    expect(await problemOf(await push({}, wrong))).toEqual([401, "invalid_client"]);
    const answer = await redeem(await codeOf(), { client: wrong });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
  });

  it("ensure-client-assertion-in-token-endpoint: the client must authenticate", async () => {
    const client = new RelyingParty(worker, "first");
    const answer = await redeem(await codeOf(), { client });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
  });
});

describe("a DPoP proof", () => {
  it("dpop-negative-tests: a proof that is wrong in any way gives nothing, and a right one still does", async () => {
    const now = Date.now() / 1000;
    const wrong: ProofChanges[] = [
      { header: { typ: "JWT" } },
      { header: { typ: undefined } },
      { header: { jwk: undefined } },
      { claims: { jti: undefined } },
      { claims: { htm: undefined } },
      { claims: { htu: undefined } },
      { claims: { iat: undefined } },
      { claims: { htm: "GET" } },
      { claims: { htu: `${ISSUER}/par` } },
      { claims: { iat: now - 3600 } },
      { claims: { iat: now + 3600 } },
    ];
    const code = await codeOf();
    const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
    for (const changes of wrong) {
      const answer = await first.post("/token", grant, { DPoP: await dpop.proof(changes) });
      expect(answer.status, JSON.stringify(changes)).toBe(400);
    }
    for (const DPoP of ["x", `${await dpop.proof()}, ${await dpop.proof()}`]) {
      expect((await first.post("/token", grant, { DPoP })).status).toBe(400);
    }
    const rsa = await DpopKey.make("RS256");
    const weak = await first.post("/token", grant, { DPoP: await rsa.proof() });
    expect(await problemOf(weak)).toEqual([400, "invalid_dpop_proof"]);
    const right = { claims: { htu: `${ISSUER.toUpperCase()}/token?x=1#y`, more: "claims" } };
    await tokensOf(await first.post("/token", grant, { DPoP: await dpop.proof(right) }));
  });

  it("ensure-dpopproof-with-iat-10seconds-after-succeeds / -before-succeeds: ten seconds are tolerated", async () => {
    for (const seconds of [10, -10]) {
      const code = await codeOf();
      const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
      const iat = Math.floor(Date.now() / 1000) + seconds;
      await tokensOf(
        await first.post("/token", grant, { DPoP: await dpop.proof({ claims: { iat } }) }),
      );
    }
  });

  it("ensure-dpop-auth-code-binding-success / ensure-token-endpoint-fails-with-mismatched-dpop-jkt: dpop_jkt binds the code", async () => {
    const code = await codeOf({ dpop_jkt: dpop.jkt });
    const other = await DpopKey.make();
    expect(await problemOf(await redeem(code, { key: other }))).toEqual([400, "invalid_grant"]);
    await tokensOf(await redeem(code));
  });

  it("ensure-dpopproof-at-par-endpoint-binding-success / ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt: a proof at /par binds the code", async () => {
    const DPoP = await dpop.proof({ claims: { htu: `${ISSUER}/par` } });
    const code = (await approve(await uriOf(await push({}, first, { DPoP })))).get("code") ?? "";
    const other = await DpopKey.make();
    expect(await problemOf(await redeem(code, { key: other }))).toEqual([400, "invalid_grant"]);
    await tokensOf(await redeem(code));
  });

  it("ensure-mismatched-dpop-jkt-fails: a proof at /par of another key than dpop_jkt is refused", async () => {
    const DPoP = await dpop.proof({ claims: { htu: `${ISSUER}/par` } });
    const { jkt } = await DpopKey.make();
    const answer = await push({ dpop_jkt: jkt }, first, { DPoP });
    expect(await problemOf(answer)).toEqual([400, "invalid_dpop_proof"]);
  });

  it("access-token-type-header-case-sensitivity: the scheme is written in any case, and Bearer is refused", async () => {
    const { access_token } = await tokensOf(await redeem(await codeOf()));
    for (const scheme of ["dpop", "DPOP", "DPoP"]) {
      expect(await userinfo(access_token, scheme)).toBe(200);
    }
    expect(await userinfo(access_token, "Bearer")).toBe(401);
  });
});

describe("a refresh token", () => {
  it("refresh-token: needs the client's authentication and a proof, and belongs to the client", async () => {
    const code = await codeOf({ scope: "openid offline_access" });
    const { refresh_token = "" } = await tokensOf(await redeem(code));
    const DPoP = () => dpop.proof();
    const refused = [
      await second.refresh(refresh_token, {}, { DPoP: await DPoP() }),
      await new RelyingParty(worker, "first").refresh(refresh_token, {}, { DPoP: await DPoP() }),
      await first.refresh(refresh_token),
    ];
    for (const answer of refused) {
      const { error_description } = await answer.json<{ error_description: string }>();
      expect(answer.ok).toBe(false);
      expect(error_description).not.toMatch(/[\r\n\t]/);
    }
    await tokensOf(await first.refresh(refresh_token, {}, { DPoP: await DPoP() }));
  });
});

it("discovery-end-point-verification: the metadata has what a FAPI client relies on", async () => {
  const answer = await first.request("/.well-known/openid-configuration");
  const metadata = await answer.json<Record<string, unknown>>();
  expect(metadata).toMatchObject({
    issuer: ISSUER,
    pushed_authorization_request_endpoint: `${ISSUER}/par`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ["S256"],
    response_types_supported: ["code"],
    token_endpoint_auth_methods_supported: expect.arrayContaining(["private_key_jwt"]),
  });
  for (const name of [
    "token_endpoint_auth_signing_alg_values_supported",
    "dpop_signing_alg_values_supported",
  ]) {
    expect(metadata[name]).toEqual(expect.arrayContaining(["PS256", "ES256", "EdDSA"]));
  }
});
