import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ISSUER, madeUp, problemOf, withClients } from "../support/api.ts";
import { sendTo, statusesOf, workerWithLimits } from "../support/rate-limits.ts";
import { restoreClock, setClock } from "../support/time.ts";

/**
 * An attacker guesses the secret of a confidential client (RFC 6749 §2.3.1), or fails on purpose
 * to lock the client out.
 */

// Rejected clients are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

afterEach(restoreClock);

const SECRET = "correct horse battery staple";

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

const { privateKey, publicKey } = await generateKeyPair("ES256");
const clients = withClients(
  { client_id: "shop", client_secret_sha256: await sha256Hex(SECRET) },
  { client_id: "bank", client_secret_sha256: await sha256Hex(SECRET) },
  { client_id: "signer", jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] } },
  { client_id: "app", allowed_origins: ["https://app.example"] },
);

/** Addresses without failures in other tests. */
let networks = 0;
const freshIpv6 = () => `2001:db8:${(++networks).toString(16)}`;
const freshIpv4 = () => `198.51.${++networks}`;

/** Introspects an invalid token: 200 for an authenticated client. */
function introspect(
  worker: Env,
  client_secret: string,
  address: string,
  client_id = "shop",
): Promise<Response> {
  const body = new URLSearchParams({ client_id, client_secret, token: "x" });
  return sendTo(worker, "/introspect", { method: "POST", body }, address);
}

describe("guessed client secrets", () => {
  it("stops checking client secrets after thirty failures from one address, even the right one [ATTACK-guessed-client-secret]", async () => {
    const worker = workerWithLimits({}, clients);
    const thief = `${freshIpv4()}.1`;
    const statuses = await statusesOf(100, (i) => introspect(worker, `guess ${i}`, thief));
    expect(statuses).toEqual({ 401: 31, 429: 69 });
    const right = await introspect(worker, SECRET, thief);
    expect(right.headers.get("Retry-After")).toBe("60");
    expect(right.headers.get("Cache-Control")).toBe("no-store");
    expect(await problemOf(right)).toEqual([429, "temporarily_unavailable"]);
  });

  it("counts failed client secrets together over all endpoints and methods [ATTACK-guessed-client-secret/2]", async () => {
    const worker = workerWithLimits({}, clients);
    const thief = `${freshIpv4()}.1`;
    const paths = ["/token", "/introspect", "/revoke", "/par", "/device_authorization"];
    const statuses = await statusesOf(100, (i) => {
      const path = paths[i % paths.length] ?? "";
      const inHeader = i % 2 === 0;
      const headers = inHeader ? { Authorization: `Basic ${btoa(`shop:guess-${i}`)}` } : {};
      const body = new URLSearchParams(
        inHeader ? { token: "x" } : { client_id: "shop", client_secret: `guess ${i}` },
      );
      return sendTo(worker, path, { method: "POST", headers, body }, thief);
    });
    expect(statuses).toEqual({ 401: 31, 429: 69 });
  });

  it("checks client secrets again after a minute", async () => {
    const worker = workerWithLimits({ CLIENT_FAILURE_LIMIT: 3 }, clients);
    const thief = `${freshIpv4()}.1`;
    const now = Date.now();
    setClock(now);
    await statusesOf(5, () => introspect(worker, "guess", thief));
    expect((await introspect(worker, SECRET, thief)).status).toBe(429);
    setClock(now + 60_000);
    expect((await introspect(worker, SECRET, thief)).status).toBe(200);
  });

  it.each([
    ["/64", 30, (site: string, i: number) => `${site}:1:${i.toString(16)}::1`],
    ["/56", 120, (site: string, i: number) => `${site}:${(i % 256).toString(16)}::1`],
    ["/48", 480, (site: string, i: number) => `${site}:${i.toString(16)}::1`],
  ])(
    "refuses guessed client secrets from all addresses of one IPv6 %s",
    async (_, most, address) => {
      const worker = workerWithLimits({}, clients);
      const site = freshIpv6();
      const statuses = await statusesOf(600, (i) =>
        introspect(worker, `guess ${i}`, address(site, i)),
      );
      expect(statuses[401]).toBeLessThanOrEqual(most + 1);
      expect((await introspect(worker, SECRET, address(site, 1))).status).toBe(429);
    },
  );

  it("counts wrong client assertions like wrong secrets", async () => {
    const worker = workerWithLimits({}, clients);
    const thief = `${freshIpv4()}.1`;
    const { privateKey: foreign } = await generateKeyPair("ES256");
    const assertion = (key: CryptoKey) =>
      new SignJWT({ iss: "signer", sub: "signer", aud: ISSUER, jti: madeUp() })
        .setProtectedHeader({ alg: "ES256" })
        .setExpirationTime("1m")
        .sign(key);
    const send = async (key: CryptoKey, address: string) =>
      sendTo(
        worker,
        "/introspect",
        {
          method: "POST",
          body: new URLSearchParams({
            client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            client_assertion: await assertion(key),
            token: "x",
          }),
        },
        address,
      );
    expect(await statusesOf(40, () => send(foreign, thief))).toEqual({ 401: 31, 429: 9 });
    expect((await send(privateKey, thief)).status).toBe(429);
    expect((await send(privateKey, `${freshIpv4()}.1`)).status).toBe(200);
  });
});

describe("a client with deliberate failures by an attacker", () => {
  it("accepts the client's secret from its own address, even in a neighbouring network of the attacker", async () => {
    const worker = workerWithLimits({}, clients);
    const network = freshIpv4();
    await statusesOf(100, (i) => introspect(worker, `guess ${i}`, `${network}.66`));
    expect((await introspect(worker, SECRET, `${network}.67`)).status).toBe(200);
    expect((await introspect(worker, SECRET, `${freshIpv6()}::1`)).status).toBe(200);
  });

  it("accepts the right client secret while an attacker fails from many networks, which then have one try each [ATTACK-guessed-client-secret/3]", async () => {
    const worker = workerWithLimits({ CLIENT_FAILURE_LIMIT: 2 }, clients);
    const everywhere = Array.from({ length: 100 }, freshIpv6);
    await statusesOf(100, (i) => introspect(worker, "guess", `${everywhere[i]}::1`));
    // The attempts of all networks together are used up.
    const next = `${freshIpv6()}::1`;
    expect((await introspect(worker, "guess", next)).status).toBe(401);
    expect((await introspect(worker, SECRET, next)).status).toBe(429);
    expect((await introspect(worker, SECRET, `${freshIpv6()}::1`)).status).toBe(200);
  });

  it("accepts other clients at the address of the attacker", async () => {
    const worker = workerWithLimits({}, clients);
    const office = `${freshIpv4()}.1`;
    await statusesOf(40, (i) => introspect(worker, `guess ${i}`, office));
    expect((await introspect(worker, SECRET, office)).status).toBe(429);
    expect((await introspect(worker, SECRET, office, "bank")).status).toBe(200);
  });
});

describe("a confidential client with one address", () => {
  it("limits an authenticated client by its id and not by its address", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 5, CREATE_LIMIT: 5, CLIENT_LIMIT: 20 }, clients);
    const server = `${freshIpv4()}.1`;
    const statuses = await statusesOf(22, () => introspect(worker, SECRET, server));
    expect(statuses).toEqual({ 200: 20, 429: 2 });
    expect((await introspect(worker, SECRET, `${freshIpv4()}.1`)).status).toBe(429);
    expect((await introspect(worker, SECRET, server, "bank")).status).toBe(200);
  });

  it("limits an unauthenticated client by its address", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 5 }, clients);
    const server = `${freshIpv4()}.1`;
    const statuses = await statusesOf(8, () => introspect(worker, "wrong", server));
    expect(statuses).toEqual({ 401: 5, 429: 3 });
  });
});

describe("a public client", () => {
  const redeem = (worker: Env, address: string, form: object = {}, headers: HeadersInit = {}) =>
    sendTo(
      worker,
      "/token",
      {
        method: "POST",
        headers,
        body: new URLSearchParams({
          client_id: "app",
          grant_type: "refresh_token",
          refresh_token: "nonsense",
          ...form,
        }),
      },
      address,
    );

  it("limits a public client by address and accepts it from other addresses", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 5 }, clients);
    const flood = `${freshIpv4()}.1`;
    expect(await statusesOf(8, () => redeem(worker, flood))).toEqual({ 400: 5, 429: 3 });
    expect((await redeem(worker, `${freshIpv4()}.1`)).status).toBe(400);
  });

  it("sends the CORS headers with a 429 response to the client's own page", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 0 }, clients);
    const answer = await redeem(worker, `${freshIpv4()}.1`, {}, { Origin: "https://app.example" });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
  });

  it("answers slow_down to a device over the limit, which may go on polling (RFC 8628 §3.5)", async () => {
    const worker = workerWithLimits({ TOKEN_LIMIT: 0 }, clients);
    const answer = await redeem(worker, `${freshIpv4()}.1`, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "nonsense",
    });
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(await problemOf(answer)).toEqual([429, "slow_down"]);
  });
});
