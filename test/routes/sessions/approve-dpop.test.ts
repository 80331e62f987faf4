import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { app } from "../../../src/app.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { TestIssuer } from "../../support/issuer.ts";

/** A phone app whose access token is bound to its key, before a login. */
async function phoneWithKey() {
  const issuer = await TestIssuer.start();
  const worker: Env = { ...env, ISSUERS: [issuer.trusted] };
  const key = await DpopKey.make();
  const token = await issuer.token({ cnf: { jkt: key.jkt } });
  const login = await TestScreen.begin();
  const path = (step: string) => `/sessions/${login.created.session_id}/${step}`;
  const post = (step: string, body: object, headers: Record<string, string>) =>
    app.request(
      `${ISSUER}${path(step)}`,
      {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      },
      worker,
    );
  const scanned = await post(
    "scan",
    await login.code(),
    await key.headers("POST", path("scan"), token),
  );
  expect(scanned.status).toBe(200);
  const { scan_token, request } = await scanned.json<{ scan_token: string; request?: object }>();
  // It is signed in, so it sees who asks.
  expect(request).toBeDefined();
  const approve = (headers: Record<string, string>) => post("approve", { scan_token }, headers);
  return { key, token, path, approve };
}

it("approves for a phone with a DPoP proof made for this request", async () => {
  const { key, token, path, approve } = await phoneWithKey();
  const answer = await approve(await key.headers("POST", path("approve"), token));
  expect([answer.status, await answer.json()]).toEqual([200, { status: "approved" }]);
});

it("refuses an approval by a stolen token without its key", async () => {
  const { key, token, path, approve } = await phoneWithKey();
  const thief = await DpopKey.make();
  const proof = async (step: string, accessToken: string) =>
    (await key.headers("POST", path(step), accessToken))["DPoP"] ?? "";
  const Authorization = `DPoP ${token}`;
  for (const [headers, error] of [
    [{ Authorization: `Bearer ${token}` }, "access_token_invalid"],
    [{ Authorization }, "dpop_proof_invalid"],
    [await thief.headers("POST", path("approve"), token), "access_token_invalid"],
    // Proofs of the right key, seen on their way to somewhere else.
    [{ Authorization, DPoP: await proof("scan", token) }, "dpop_proof_invalid"],
    [{ Authorization, DPoP: await proof("approve", "another token") }, "dpop_proof_invalid"],
  ] as const) {
    expect(await problemOf(await approve(headers))).toEqual([401, error]);
  }
  const answer = await approve(await key.headers("POST", path("approve"), token));
  expect(answer.status).toBe(200);
});

it("approves for a phone whose clock is wrong with a nonce of the server (RFC 9449 §9)", async () => {
  const { key, token, path, approve } = await phoneWithKey();
  const headers = async (nonce?: string | null) => {
    const times = { iat: Math.floor(Date.now() / 1000) - 180, ...(nonce ? { nonce } : {}) };
    const claims = { htm: "POST", htu: `${ISSUER}${path("approve")}`, ...times };
    return { Authorization: `DPoP ${token}`, DPoP: await key.proof({ claims }, token) };
  };
  const refused = await approve(await headers());
  expect(await problemOf(refused)).toEqual([401, "dpop_proof_invalid"]);
  expect(refused.headers.get("WWW-Authenticate")).toContain('error="use_dpop_nonce"');
  const answer = await approve(await headers(refused.headers.get("DPoP-Nonce")));
  expect(answer.status).toBe(200);
});
