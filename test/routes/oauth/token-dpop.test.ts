import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { DEFAULT_POLICY } from "../../../src/login-session/domain/risk/policy.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { CHALLENGE, ISSUER, problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { approve } from "../../support/test-screen.ts";
import { DpopKey, type ProofChanges } from "../../support/dpop-key.ts";

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
beforeEach(() => warnings.mockClear());

const worker = withClients(
  { client_id: "app" },
  { client_id: "strict", dpop_bound_access_tokens: true },
);
const app = new RelyingParty(worker, "app");
const strict = new RelyingParty(worker, "strict");

describe("a code that is redeemed with the proof of a key", () => {
  it("binds the tokens to the key of the proof (RFC 9449 §5) [RFC9449-5]", async () => {
    const key = await DpopKey.make();
    const { code } = await app.approvedCode();
    const answer = await app.redeem(code, { DPoP: await key.proof() });
    const tokens = await answer.json<TokenResponse>();
    expect(tokens.token_type).toBe("DPoP");
    expect(decodeJwt(tokens.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
    const bearer = { Authorization: `Bearer ${tokens.access_token}` };
    expect((await app.request("/userinfo", { headers: bearer })).status).toBe(401);
    const headers = await key.headers("GET", "/userinfo", tokens.access_token);
    expect((await app.request("/userinfo", { headers })).status).toBe(200);
  });

  it.each<[string, ProofChanges]>([
    ["for another address", { claims: { htu: `${ISSUER}/userinfo` } }],
    ["for another method", { claims: { htm: "GET" } }],
    ["of another type", { header: { typ: "JWT" } }],
    ["without an id", { claims: { jti: undefined } }],
  ])("rejects a code with a proof %s and keeps it valid [RFC9449-5/2]", async (_, changes) => {
    const key = await DpopKey.make();
    const { code } = await app.approvedCode();
    const answer = await app.redeem(code, { DPoP: await key.proof(changes) });
    expect(await problemOf(answer)).toEqual([400, "invalid_dpop_proof"]);
    expect((await app.redeem(code, { DPoP: await key.proof() })).status).toBe(200);
  });

  it("rejects a code with a used DPoP proof and keeps it valid [RFC9449-4.3/14]", async () => {
    const key = await DpopKey.make();
    const DPoP = await key.proof();
    const [first, second] = [await app.approvedCode(), await app.approvedCode()];
    expect((await app.redeem(first.code, { DPoP })).status).toBe(200);
    const replayed = await app.redeem(second.code, { DPoP });
    expect(await problemOf(replayed)).toEqual([400, "invalid_dpop_proof"]);
    expect((await app.redeem(second.code, { DPoP: await key.proof() })).status).toBe(200);
  });

  it.each(["", "x", "a.b.c"])("rejects a code with the DPoP proof %j", async (DPoP) => {
    const { code } = await app.approvedCode();
    const answer = await app.redeem(code, { DPoP });
    expect(await problemOf(answer)).toEqual([400, "invalid_dpop_proof"]);
  });

  it("rejects a code with two DPoP proofs [RFC9449-4.3]", async () => {
    const key = await DpopKey.make();
    const { code } = await app.approvedCode();
    const headers = new Headers([
      ["DPoP", await key.proof()],
      ["DPoP", await key.proof()],
    ]);
    const answer = await app.redeem(code, headers);
    expect(await problemOf(answer)).toEqual([400, "invalid_dpop_proof"]);
  });
});

describe("a client whose tokens must be bound (RFC 9449 §5.2)", () => {
  it("requires a proof from a client whose tokens must be bound [RFC9449-5.2]", async () => {
    const { code } = await strict.approvedCode();
    expect(await problemOf(await strict.redeem(code))).toEqual([400, "invalid_dpop_proof"]);
    const key = await DpopKey.make();
    expect((await strict.redeem(code, { DPoP: await key.proof() })).status).toBe(200);
  });
});

describe("a login that was begun for a key (RFC 9449 §10)", () => {
  /** The code of a login that is bound to the key. */
  async function boundCode({ jkt: dpopJkt }: DpopKey): Promise<string> {
    const stub = worker.LOGIN_SESSIONS.get(worker.LOGIN_SESSIONS.newUniqueId());
    const begunBy = { grant: "authorization_code", codeChallenge: CHALLENGE } as const;
    const { created } = await stub.create({
      clientId: "app",
      scope: "openid",
      begunBy,
      dpopJkt,
      codeTtl: 60_000,
      screen: {},
      policy: DEFAULT_POLICY,
    });
    using scanned = await stub.scan("user_code", {});
    if (!scanned.ok) throw new Error("not scanned");
    await approve(stub, scanned.value.scan_token);
    using seen = await stub.snapshot({ token: created.watch_token });
    const { code } = parseSnapshot(seen.ok ? seen.value : "{}");
    if (code === undefined) throw new Error("no code");
    return code;
  }

  it("rejects a bound code without a proof or with another key and keeps it valid [RFC9449-10]", async () => {
    const [ours, theirs] = [await DpopKey.make(), await DpopKey.make()];
    const code = await boundCode(ours);
    expect(await problemOf(await app.redeem(code))).toEqual([400, "invalid_grant"]);
    const stolen = await app.redeem(code, { DPoP: await theirs.proof() });
    expect(await problemOf(stolen)).toEqual([400, "invalid_grant"]);
    const rejection = { error: "invalid_grant", reason: "key_mismatch", client: "app" };
    const line = [JSON.stringify({ event: "request_rejected", ...rejection })];
    expect(warnings.mock.calls).toEqual([line, line]);
    expect((await app.redeem(code, { DPoP: await ours.proof() })).status).toBe(200);
  });
});
