import { base64url, exportJWK, generateKeyPair, UnsecuredJWT, decodeJwt } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { CHALLENGE, ISSUER, madeUp, problemOf, withClients } from "../support/api.ts";
import { DpopKey } from "../support/dpop-key.ts";
import { RelyingParty } from "../support/relying-party.ts";

// Rejected proofs are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/**
 * DPoP (RFC 9449) as modules of the OpenID Foundation's FAPI 2.0 test plan check it. Tests are named by their modules,
 * without the prefix fapi2-security-profile-final.
 */

const worker = withClients(
  { client_id: "app", redirect_uris: ["https://app.example/back"] },
  { client_id: "strict", dpop_bound_access_tokens: true },
);
const app = new RelyingParty(worker, "app");
const seconds = () => Math.floor(Date.now() / 1000);

let key: DpopKey;
let other: DpopKey;
let accessToken: string;

beforeAll(async () => {
  key = await DpopKey.make();
  other = await DpopKey.make();
  const { code } = await app.approvedCode();
  const answer = await app.redeem(code, { DPoP: await key.proof() });
  accessToken = (await answer.json<TokenResponse>()).access_token;
});

const AT_USERINFO = { htm: "GET", htu: `${ISSUER}/userinfo` };

/** A proof for /userinfo, with changes. */
const proofFor = (claims: object = {}, header: Record<string, unknown> = {}, by = key) =>
  by.proof({ header, claims: { ...AT_USERINFO, ...claims } }, accessToken);

/** Asks /userinfo by the key's token. Returns the status. */
async function ask(headers: HeadersInit, scheme = "DPoP"): Promise<Response> {
  const all = new Headers(headers);
  all.set("Authorization", `${scheme} ${accessToken}`);
  return await app.request("/userinfo", { headers: all });
}

/** Another header for a signed proof. */
async function withHeader(header: object): Promise<string> {
  const [, claims, signature] = (await proofFor()).split(".");
  return `${base64url.encode(JSON.stringify(header))}.${claims}.${signature}`;
}

describe("fapi2-security-profile-final-dpop-negative-tests", () => {
  it.each<[string, () => Promise<HeadersInit>]>([
    ["in a header whose name is in capitals", async () => ({ DPOP: await proofFor() })],
    [
      "whose htu has a query and a fragment",
      async () => ({ DPoP: await proofFor({ htu: `${ISSUER}/userinfo?a=1#b` }) }),
    ],
    ["whose htu has no query", async () => ({ DPoP: await proofFor() })],
    [
      "with other members in its header and claims",
      async () => ({ DPoP: await proofFor({ extra: 1 }, { extra: "x" }) }),
    ],
    [
      "whose htu has scheme and host in capitals",
      async () => ({ DPoP: await proofFor({ htu: `${ISSUER.toUpperCase()}/userinfo` }) }),
    ],
    ["used for the first time", async () => ({ DPoP: await proofFor({ jti: "fixed" }) })],
  ])("dpop-negative-tests: accepts a proof %s", async (_, headers) => {
    expect((await ask(await headers())).status).toBe(200);
  });

  it.each<[string, () => Promise<HeadersInit>]>([
    [
      "twice",
      async () => [
        ["DPoP", await proofFor()],
        ["DPoP", await proofFor()],
      ],
    ],
    ["that is no JWT", async () => ({ DPoP: (await proofFor()).replaceAll(".", "-") })],
    ["without typ", async () => ({ DPoP: await proofFor({}, { typ: undefined }) })],
    ["without alg", async () => ({ DPoP: await withHeader({ typ: "dpop+jwt", jwk: key.jwk }) })],
    ["without jwk", async () => ({ DPoP: await proofFor({}, { jwk: undefined }) })],
    ["without jti", async () => ({ DPoP: await proofFor({ jti: undefined }) })],
    ["without htm", async () => ({ DPoP: await proofFor({ htm: undefined }) })],
    ["without htu", async () => ({ DPoP: await proofFor({ htu: undefined }) })],
    ["without iat", async () => ({ DPoP: await proofFor({ iat: undefined }) })],
    ["without ath", async () => ({ DPoP: await proofFor({ ath: undefined }) })],
    ["of another type", async () => ({ DPoP: await proofFor({}, { typ: "JWT" }) })],
    [
      "that is not signed",
      async () => {
        const [, claims] = new UnsecuredJWT(decodeJwt(await proofFor())).encode().split(".");
        const header = { typ: "dpop+jwt", alg: "none", jwk: key.jwk };
        return { DPoP: `${base64url.encode(JSON.stringify(header))}.${claims}.` };
      },
    ],
    ["with a wrong signature", async () => ({ DPoP: await proofFor({}, { jwk: key.jwk }, other) })],
    [
      "with a private key in its header",
      async () => {
        const pair = await generateKeyPair("ES256", { extractable: true });
        return { DPoP: await proofFor({}, { jwk: await exportJWK(pair.privateKey) }) };
      },
    ],
    ["for another method", async () => ({ DPoP: await proofFor({ htm: "PUT" }) })],
    [
      "for another address",
      async () => ({ DPoP: await proofFor({ htu: "https://example.com/userinfo" }) }),
    ],
    ["used a second time", async () => ({ DPoP: await proofFor({ jti: "fixed" }) })],
    ["for another access token", async () => ({ DPoP: await proofFor({ ath: madeUp() }) })],
    ["of another key", async () => ({ DPoP: await proofFor({}, {}, other) })],
  ])("dpop-negative-tests: rejects a proof %s", async (_, headers) => {
    const answer = await ask(await headers());
    expect(answer.status).toBe(401);
    expect(answer.headers.get("WWW-Authenticate")).toMatch(/^DPoP /);
  });

  it("dpop-negative-tests: rejects a bound token without a proof, and as a Bearer token", async () => {
    expect((await ask({})).status).toBe(401);
    expect((await ask({}, "Bearer")).status).toBe(401);
    expect((await ask({ DPoP: await proofFor() }, "Bearer")).status).toBe(401);
    expect((await ask({ DPoP: await proofFor() })).status).toBe(200);
  });

  it.each([3600, -3600])(
    "dpop-negative-tests: rejects a proof whose iat is %i seconds off, and accepts it with a nonce",
    async (offset) => {
      const refused = await ask({ DPoP: await proofFor({ iat: seconds() + offset }) });
      expect(await problemOf(refused)).toEqual([401, "use_dpop_nonce"]);
      const nonce = refused.headers.get("DPoP-Nonce");
      const answer = await ask({ DPoP: await proofFor({ iat: seconds() + offset, nonce }) });
      expect(answer.status).toBe(200);
    },
  );
});

describe("the times of a proof", () => {
  it("check-dpop-proof-nbf-exp: accepts a proof with nbf and exp, also of a clock that is ahead or behind", async () => {
    for (const now of [seconds(), seconds() + 30, seconds() - 30]) {
      const claims = { iat: now, nbf: now, exp: now + 300 };
      expect((await ask({ DPoP: await proofFor(claims) })).status).toBe(200);
    }
    for (const claims of [{ nbf: seconds() + 300 }, { exp: seconds() - 300 }]) {
      const answer = await ask({ DPoP: await proofFor(claims) });
      expect(await problemOf(answer)).toEqual([401, "use_dpop_nonce"]);
    }
  });

  it.each([10, -10])(
    "ensure-dpopproof-with-iat-10seconds-after-succeeds, -before-succeeds: accepts an iat %i seconds off",
    async (offset) => {
      const iat = seconds() + offset;
      expect((await ask({ DPoP: await proofFor({ iat }) })).status).toBe(200);
      const { code } = await app.approvedCode();
      const redeemed = await app.redeem(code, { DPoP: await key.proof({ claims: { iat } }) });
      expect(redeemed.status).toBe(200);
    },
  );
});

it("ensure-holder-of-key-required: gives no tokens without a proof to a client that needs one", async () => {
  const strict = new RelyingParty(worker, "strict");
  const { code } = await strict.approvedCode();
  expect(await problemOf(await strict.redeem(code))).toEqual([400, "invalid_dpop_proof"]);
  expect((await strict.redeem(code, { DPoP: await key.proof() })).status).toBe(200);
});

it.each(["dpop", "DPOP", "DPoP", "dPoP"])(
  "access-token-type-header-case-sensitivity: accepts the scheme %s",
  async (scheme) => {
    expect((await ask({ DPoP: await proofFor() }, scheme)).status).toBe(200);
  },
);

describe("a client whose clock is three minutes off", () => {
  const iat = () => seconds() - 180;

  it("gets a nonce from the token endpoint, keeps its code, and redeems it with the nonce [RFC9449-8]", async () => {
    const { code } = await app.approvedCode();
    const refused = await app.redeem(code, { DPoP: await key.proof({ claims: { iat: iat() } }) });
    const nonce = refused.headers.get("DPoP-Nonce");
    expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(refused.headers.get("Cache-Control")).toBe("no-store");
    expect(await problemOf(refused)).toEqual([400, "use_dpop_nonce"]);

    const DPoP = await key.proof({ claims: { iat: iat(), nonce } });
    const redeemed = await app.redeem(code, { DPoP });
    expect(redeemed.status).toBe(200);
    // RFC 9449 §8.2: the nonce for the next request.
    expect(redeemed.headers.get("DPoP-Nonce")).toBeTruthy();
    const replayed = await app.redeem((await app.approvedCode()).code, { DPoP });
    expect(await problemOf(replayed)).toEqual([400, "invalid_dpop_proof"]);
  });

  it("gets a nonce from the pushed authorization request endpoint", async () => {
    const request = {
      response_type: "code",
      redirect_uri: "https://app.example/back",
      scope: "openid",
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
    };
    const push = async (nonce?: string | null) => {
      const claims = { htu: `${ISSUER}/par`, iat: iat(), ...(nonce ? { nonce } : {}) };
      return await app.post("/par", request, { DPoP: await key.proof({ claims }) });
    };
    const refused = await push();
    expect(await problemOf(refused)).toEqual([400, "use_dpop_nonce"]);
    expect((await push(refused.headers.get("DPoP-Nonce"))).status).toBe(201);
  });

  it("gets a nonce and a challenge from /userinfo [RFC9449-9]", async () => {
    const refused = await ask({ DPoP: await proofFor({ iat: iat() }) });
    expect(await problemOf(refused)).toEqual([401, "use_dpop_nonce"]);
    expect(refused.headers.get("WWW-Authenticate")).toMatch(/^DPoP .*error="use_dpop_nonce"/);
    const nonce = refused.headers.get("DPoP-Nonce");
    const answer = await ask({ DPoP: await proofFor({ iat: iat(), nonce }) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("DPoP-Nonce")).toBeTruthy();
  });

  it("gets a nonce from the revocation endpoint for a spent refresh token, and ends the login with it", async () => {
    const { code } = await app.approvedCode({ scope: "openid offline_access" });
    const first = await app.redeem(code, { DPoP: await key.proof() });
    const tokens = await first.json<TokenResponse>();
    let last = tokens.refresh_token ?? "";
    for (let i = 0; i < 2; i++) {
      const answer = await app.refresh(last, {}, { DPoP: await key.proof() });
      last = (await answer.json<TokenResponse>()).refresh_token ?? "";
    }
    const revoke = async (nonce?: string | null) => {
      const claims = { htu: `${ISSUER}/revoke`, iat: iat(), ...(nonce ? { nonce } : {}) };
      const form = { token: tokens.refresh_token ?? "" };
      return await app.post("/revoke", form, { DPoP: await key.proof({ claims }) });
    };
    const refused = await revoke();
    expect(await problemOf(refused)).toEqual([400, "use_dpop_nonce"]);
    expect((await revoke(refused.headers.get("DPoP-Nonce"))).status).toBe(200);
    const refreshed = await app.refresh(last, {}, { DPoP: await key.proof() });
    expect(await problemOf(refreshed)).toEqual([400, "invalid_grant"]);
  });

  it("gets a new nonce for a nonce that is not valid", async () => {
    for (const nonce of ["", "x", `1.${madeUp()}`]) {
      const refused = await ask({ DPoP: await proofFor({ nonce }) });
      expect(await problemOf(refused)).toEqual([401, "use_dpop_nonce"]);
      expect(refused.headers.get("DPoP-Nonce")).not.toBe(nonce);
    }
  });

  it("gets no nonce if something else is wrong with its proof", async () => {
    for (const claims of [{ htm: "PUT" }, { ath: "x" }, { jti: undefined }]) {
      const refused = await ask({ DPoP: await proofFor({ iat: iat(), ...claims }) });
      expect(await problemOf(refused)).toEqual([401, "invalid_dpop_proof"]);
      expect(refused.headers.has("DPoP-Nonce")).toBe(false);
    }
  });
});

it("sends no nonce to a client whose clock is right", async () => {
  const answer = await ask({ DPoP: await proofFor() });
  expect(answer.headers.has("DPoP-Nonce")).toBe(false);
});
