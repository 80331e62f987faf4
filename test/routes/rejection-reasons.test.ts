import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { signOwnJwt } from "../../src/oidc/keys/jwt.ts";
import { ISSUER, madeUp, redeem, withClients } from "../support/api.ts";
import { DpopKey, type ProofChanges } from "../support/dpop-key.ts";
import { TestIssuer } from "../support/issuer.ts";
import { RelyingParty } from "../support/relying-party.ts";

/** Why a request was rejected is in the operator's log, and never in the answer. */

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());

const SECRET = "the client's secret";
const worker = withClients(
  { client_id: "app", redirect_uris: ["https://app.example/back"] },
  { client_id: "shop", client_secret_sha256: await hexSha256(SECRET) },
);
const shop = new RelyingParty(worker, "shop", SECRET);

async function hexSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Expects one log line with these members, and an answer with the error's code but without the reason. */
async function expectRejection(
  answer: Response,
  line: { error: string; reason: string; client?: string; issuer?: string },
): Promise<void> {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(warnings.mock.calls).toEqual([[expect.any(String)]]);
  expect(JSON.parse(String(warnings.mock.calls[0]?.[0]))).toEqual({
    event: "request_rejected",
    ...line,
  });
  const sent = [await answer.text(), ...[...answer.headers].flat()].join("\n");
  expect(sent).toContain(line.error);
  expect(sent).not.toContain(line.reason);
}

describe("failed client authentication", () => {
  const authenticate = (form: Record<string, string>, Authorization?: string) =>
    app.request(
      `${ISSUER}/introspect`,
      {
        method: "POST",
        body: new URLSearchParams({ token: "x", ...form }),
        ...(Authorization === undefined ? {} : { headers: { Authorization } }),
      },
      worker,
    );

  it.each([
    ["client_not_registered", { client_id: "nobody" }, undefined],
    ["client_is_built_in", { client_id: "phone" }, "phone"],
    ["credentials_missing", { client_id: "shop" }, "shop"],
    ["secret_mismatch", { client_id: "shop", client_secret: "a guess" }, "shop"],
    ["no_secret_registered", { client_id: "app", client_secret: "a guess" }, "app"],
    ["client_is_public", { client_id: "app" }, "app"],
  ])("logs the reason %s", async (reason, form, client) => {
    const answer = await authenticate(form);
    await expectRejection(answer, {
      error: "invalid_client",
      reason,
      ...(client === undefined ? {} : { client }),
    });
  });

  it("logs a malformed Authorization header", async () => {
    const answer = await authenticate({}, "Basic !");
    const reason = "authorization_header_malformed";
    await expectRejection(answer, { error: "invalid_client", reason });
  });

  it("logs the wrong claim of a client assertion", async () => {
    const site = await TestIssuer.start();
    const client_id = crypto.randomUUID();
    const client = new RelyingParty(
      withClients({ client_id, jwks_uri: site.trusted.jwks_uri }),
      client_id,
    );
    const claims = { iss: client_id, sub: client_id, aud: "https://other.example", jti: madeUp() };
    client.credentials = async () => ({
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await site.token(claims, { typ: "JWT" }),
    });
    await expectRejection(await client.post("/introspect", { token: "x" }), {
      error: "invalid_client",
      reason: "assertion: ERR_JWT_CLAIM_VALIDATION_FAILED aud",
      client: client_id,
    });
  });

  it("logs no value of a request with failed authentication", async () => {
    const answer = await authenticate({ client_id: "shop", client_secret: "my password" });
    expect(answer.status).toBe(401);
    expect(JSON.stringify(warnings.mock.calls)).not.toContain("my password");
    await authenticate({ client_id: "Ada Lovelace", client_secret: "x" });
    expect(JSON.stringify(warnings.mock.calls)).not.toContain("Ada Lovelace");
  });
});

describe("an invalid DPoP proof", () => {
  it.each<[string, ProofChanges]>([
    ["iat_out_of_range", { claims: { iat: 1 } }],
    ["nonce_not_valid", { claims: { nonce: "x" } }],
  ])("logs the reason %s of a DPoP proof that needs a nonce", async (reason, changes) => {
    const proof = await (await DpopKey.make()).proof(changes);
    const form = { grant_type: "authorization_code", code: "x" };
    const answer = await shop.post("/token", form, { DPoP: proof });
    await expectRejection(answer, { error: "use_dpop_nonce", reason, client: "shop" });
  });

  it.each<[string, ProofChanges]>([
    ["ERR_JWT_CLAIM_VALIDATION_FAILED typ", { header: { typ: "JWT" } }],
    ["claims_malformed", { claims: { jti: "" } }],
    ["htm_mismatch", { claims: { htm: "GET" } }],
    ["htu_mismatch", { claims: { htu: `${ISSUER}/userinfo` } }],
  ])("logs the reason %s of a DPoP proof", async (reason, changes) => {
    const proof = await (await DpopKey.make()).proof(changes);
    const form = { grant_type: "authorization_code", code: "x" };
    const answer = await shop.post("/token", form, { DPoP: proof });
    await expectRejection(answer, { error: "invalid_dpop_proof", reason, client: "shop" });
  });
});

describe("an invalid access token", () => {
  it("logs the failed check of a trusted issuer's access token and the issuer", async () => {
    const issuer = await TestIssuer.start();
    const trusting = { ...env, ISSUERS: [issuer.trusted] };
    const present = (token: string) =>
      app.request(
        `${ISSUER}/account/devices`,
        { headers: { Authorization: `Bearer ${token}` } },
        trusting,
      );
    await expectRejection(await present(await issuer.token({}, { typ: "JWT" })), {
      error: "access_token_invalid",
      reason: "wrong_type",
      issuer: issuer.trusted.issuer,
    });
    warnings.mockClear();
    await expectRejection(await present(await issuer.token({ aud: "https://other.example" })), {
      error: "access_token_invalid",
      reason: "ERR_JWT_CLAIM_VALIDATION_FAILED aud",
      issuer: issuer.trusted.issuer,
    });
    warnings.mockClear();
    await expectRejection(await present(await (await TestIssuer.start()).token()), {
      error: "access_token_invalid",
      reason: "issuer_not_trusted",
    });
  });

  it("logs the failed check of this server's access token", async () => {
    const token = await signOwnJwt(env, "logout+jwt", { sub: "ada" }, 60_000);
    const headers = { Authorization: `Bearer ${token}` };
    await expectRejection(await app.request(`${ISSUER}/userinfo`, { headers }, env), {
      error: "invalid_token",
      reason: "ERR_JWT_CLAIM_VALIDATION_FAILED typ",
    });
  });
});

describe("an invalid request of a browser", () => {
  const open = (path: string, parameters: Record<string, string>) =>
    app.request(`${ISSUER}${path}?${new URLSearchParams(parameters).toString()}`, {}, worker);

  it("logs a redirect URI that is not registered", async () => {
    const redirect_uri = "https://evil.example/";
    await expectRejection(await open("/authorize", { client_id: "app", redirect_uri }), {
      error: "invalid_request",
      reason: "redirect_uri_not_registered",
      client: "app",
    });
  });

  it("logs a client that is not registered", async () => {
    await expectRejection(await open("/authorize", { client_id: "nobody" }), {
      error: "invalid_request",
      reason: "client_not_registered",
    });
  });

  it("logs the failed check of an id_token_hint", async () => {
    const answer = await open("/end_session", { id_token_hint: "a.b.c", client_id: "app" });
    expect(answer.status).toBe(400);
    expect(warnings.mock.calls).toEqual([
      [
        JSON.stringify({
          event: "request_rejected",
          error: "invalid_request",
          reason: "id_token_hint: ERR_JWS_INVALID",
          client: "app",
        }),
      ],
    ]);
    expect(await answer.text()).not.toContain("ERR_JWS_INVALID");
  });
});

it("logs the failed check of a code", async () => {
  await expectRejection(await redeem("not a code"), {
    error: "invalid_grant",
    reason: "code_malformed",
    client: "screen",
  });
});

it("logs nothing for an error without a reason", async () => {
  const answer = await shop.post("/token", { grant_type: "password" });
  expect(answer.status).toBe(400);
  expect(warnings).not.toHaveBeenCalled();
});
