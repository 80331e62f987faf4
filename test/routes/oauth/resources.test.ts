import { decodeJwt } from "jose";
import { describe, expect, it, vi } from "vitest";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { ISSUER, problemOf, VERIFIER, withClients } from "../../support/api.ts";
import { approveLogin, CALLBACK, embedded, REQUEST, SHOP } from "../../support/authorization.ts";
import type { DeviceAnswer } from "../../support/devices.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { approveTyped, loginSession } from "../../support/test-screen.ts";

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/** Resource indicators (RFC 8707). */

/** SHA-256 of "s3cret". */
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
const API = "https://api.shop.example";
const FILES = "https://files.shop.example/v1";
const ELSEWHERE = "https://elsewhere.example";
const worker = withClients({
  ...SHOP,
  client_secret_sha256: SECRET_SHA256,
  resources: [API, FILES],
});
const shop = new RelyingParty(worker, "shop", "s3cret");

type Pairs = [string, string][];

const named = (resources: readonly string[]): Pairs =>
  resources.map((resource) => ["resource", resource]);

/** Posts a form in which `resource` is repeated. */
async function post(path: string, form: Record<string, string>, resources: readonly string[]) {
  const all = [...Object.entries({ ...(await shop.credentials()), ...form }), ...named(resources)];
  return await shop.request(path, { method: "POST", body: new URLSearchParams(all) });
}

function authorize(resources: readonly string[], scope = "openid offline_access") {
  const query = new URLSearchParams([
    ...Object.entries({ ...REQUEST, scope }),
    ...named(resources),
  ]);
  return shop.request(`/authorize?${query.toString()}`);
}

async function codeFor(resources: readonly string[], request = authorize(resources)) {
  const page = await embedded(await request);
  if (!("declined" in page)) throw new Error("no login");
  return (await approveLogin(shop, page)).code ?? "";
}

const redeem = (code: string, resources: readonly string[] = []) =>
  post(
    "/token",
    { grant_type: "authorization_code", code, code_verifier: VERIFIER, redirect_uri: CALLBACK },
    resources,
  );

const refresh = (refresh_token = "", resources: readonly string[] = []) =>
  post("/token", { grant_type: "refresh_token", refresh_token }, resources);

async function tokensOf(answer: Response): Promise<TokenResponse> {
  expect(answer.status).toBe(200);
  return await answer.json<TokenResponse>();
}

const audienceOf = ({ access_token }: TokenResponse) => decodeJwt(access_token).aud;

const userinfo = ({ access_token }: TokenResponse) =>
  shop.request("/userinfo", { headers: { Authorization: `Bearer ${access_token}` } });

const isActive = async ({ access_token: token }: TokenResponse) =>
  await (await shop.post("/introspect", { token })).json<{ active: boolean; aud: unknown }>();

describe("an access token", () => {
  it.each<[readonly string[], string | string[]]>([
    [[], ISSUER],
    [[ISSUER], ISSUER],
    [[`${ISSUER}/`], ISSUER],
    [[API], API],
    [[`${API}/`], API],
    [
      [API, FILES],
      [API, FILES],
    ],
    [
      [ISSUER, API],
      [ISSUER, API],
    ],
  ])("for the resources %j has the audience %j [RFC8707-2/2]", async (resources, aud) => {
    const tokens = await tokensOf(await redeem(await codeFor(resources)));
    expect(audienceOf(tokens)).toEqual(aud);
    expect(decodeJwt(tokens.id_token ?? "").aud).toBe("shop");
  });

  it("for another resource is refused by /userinfo, and /introspect and /revoke know it", async () => {
    const tokens = await tokensOf(await redeem(await codeFor([API])));
    const refused = await userinfo(tokens);
    expect(await problemOf(refused)).toEqual([401, "invalid_token"]);
    expect(await isActive(tokens)).toMatchObject({ active: true, aud: API });
    expect((await shop.post("/revoke", { token: tokens.access_token })).status).toBe(200);
    expect(await isActive(tokens)).toEqual({ active: false });
  });

  it("for our issuer and another resource is taken by /userinfo", async () => {
    const tokens = await tokensOf(await redeem(await codeFor([API, ISSUER])));
    expect((await userinfo(tokens)).status).toBe(200);
  });

  it("is for a part of what was granted if the token request names it [RFC8707-2.2/2]", async () => {
    const code = await codeFor([API, FILES, ISSUER]);
    const first = await tokensOf(await redeem(code, [FILES]));
    expect(audienceOf(first)).toBe(FILES);
    const second = await tokensOf(await refresh(first.refresh_token, [ISSUER, API]));
    expect(audienceOf(second)).toEqual([ISSUER, API]);
    const third = await tokensOf(await refresh(second.refresh_token));
    expect(audienceOf(third)).toEqual([API, FILES, ISSUER]);
  });
});

describe("a resource that was not granted", () => {
  it("is refused with invalid_target when a code is redeemed, and the code stays valid [RFC8707-2.2]", async () => {
    const code = await codeFor([API]);
    for (const resources of [[FILES], [API, FILES], [ISSUER], [ELSEWHERE], [API, ELSEWHERE]]) {
      expect(await problemOf(await redeem(code, resources))).toEqual([400, "invalid_target"]);
    }
    const tokens = await tokensOf(await redeem(code, [API]));
    // A retry asks for no more either.
    expect(await problemOf(await redeem(code, [FILES]))).toEqual([400, "invalid_target"]);
    expect(await isActive(tokens)).toMatchObject({ active: true });
  });

  it("is refused if the authorization request named none, so that tokens are for our issuer", async () => {
    const code = await codeFor([]);
    expect(await problemOf(await redeem(code, [API]))).toEqual([400, "invalid_target"]);
    expect(audienceOf(await tokensOf(await redeem(code, [ISSUER])))).toBe(ISSUER);
  });

  it("is refused at a refresh, and the refresh token stays valid", async () => {
    const { refresh_token } = await tokensOf(await redeem(await codeFor([API])));
    for (const resources of [[FILES], [ISSUER], [ELSEWHERE]]) {
      const answer = await refresh(refresh_token, resources);
      expect(await problemOf(answer)).toEqual([400, "invalid_target"]);
    }
    expect(audienceOf(await tokensOf(await refresh(refresh_token, [API])))).toBe(API);
  });
});

describe("a resource of somebody else", () => {
  it("is refused with invalid_target at every endpoint [RFC8707-2]", async () => {
    const redirected = await authorize([API, ELSEWHERE]);
    const location = new URL(redirected.headers.get("Location") ?? "");
    expect(location.searchParams.get("error")).toBe("invalid_target");
    const { client_id: _, ...pushed } = REQUEST;
    for (const resource of [ELSEWHERE, `${API}/v2`, `${FILES}/`, "x", `${API}#x`]) {
      const answers = [
        await post("/par", pushed, [resource]),
        await post("/device_authorization", {}, [resource]),
        await redeem("a code", [resource]),
        await refresh("a token", [resource]),
        await post(
          "/token",
          { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "x" },
          [resource],
        ),
      ];
      for (const answer of answers) {
        expect(await problemOf(answer)).toEqual([400, "invalid_target"]);
      }
    }
  });

  it("is refused to a client without resources, and ours is granted to it", async () => {
    const plain = new RelyingParty(withClients(SHOP), "shop");
    const { client_id: _, ...pushed } = REQUEST;
    const refused = await plain.post("/par", { ...pushed, resource: API });
    expect(await problemOf(refused)).toEqual([400, "invalid_target"]);
    expect((await plain.post("/par", { ...pushed, resource: `${ISSUER}/` })).status).toBe(201);
  });
});

describe("a pushed request and a device", () => {
  it("may name several resources", async () => {
    const { client_id, ...pushed } = REQUEST;
    const answer = await post("/par", pushed, [API, FILES]);
    const { request_uri } = await answer.json<{ request_uri: string }>();
    const query = new URLSearchParams({ client_id, request_uri });
    const code = await codeFor([], shop.request(`/authorize?${query.toString()}`));
    expect(audienceOf(await tokensOf(await redeem(code)))).toEqual([API, FILES]);

    const device = await (
      await post("/device_authorization", {}, [API, FILES])
    ).json<DeviceAnswer>();
    await approveTyped(loginSession(device.session_id, worker));
    const poll = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: device.device_code,
    };
    expect(await problemOf(await post("/token", poll, [ISSUER]))).toEqual([400, "invalid_target"]);
    expect(audienceOf(await tokensOf(await post("/token", poll, [FILES])))).toBe(FILES);
  });
});
