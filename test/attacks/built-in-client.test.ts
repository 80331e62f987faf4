import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DEVICE_CODE_GRANT } from "../../src/oidc/token/device-code-request.ts";
import { api, begin, CHALLENGE, post, problemOf, redeem, VERIFIER } from "../support/api.ts";
import { Browser } from "../support/browser.ts";
import { beginFrom, Owner, PLACES, sendFrom, snapshotOf } from "../support/owner.ts";

/**
 * The clients of this server's own pages have no secret, and everybody can read their names. An
 * attacker begins a login in such a name, and hopes that what is approved for it is worth something.
 */

// Refused codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

const EVERYTHING = "openid profile email offline_access";

let ada: Owner;
beforeAll(async () => {
  ada = await Owner.signUp("Ada", { place: PLACES.berlin });
});

const form = (path: string, parameters: Record<string, string>) =>
  api(path, { method: "POST", body: new URLSearchParams(parameters) });

/** The owner approves such a login, as the attacker wants. */
async function approvedCode(client_id: string): Promise<string> {
  const login = await beginFrom({ place: PLACES.berlin }, { client_id, scope: EVERYTHING });
  const { scan_token } = await ada.scans(login);
  expect((await ada.approves(login, scan_token)).status).toBe(200);
  const { code } = await snapshotOf(login);
  if (code === undefined) throw new Error("no code");
  return code;
}

describe.each(["compare", "phone"])("the built-in client %s", (client_id) => {
  it("issues no tokens to a built-in client for an approved login [ATTACK-built-in-client/2]", async () => {
    const code = await approvedCode(client_id);
    expect(await problemOf(await redeem(code, { client_id }))).toEqual([401, "invalid_client"]);
    const basic = await api("/token", {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${client_id}:`)}` },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        code_verifier: VERIFIER,
      }),
    });
    expect(await problemOf(basic)).toEqual([401, "invalid_client"]);
  });

  it("gets no tokens for the code in another client's name", async () => {
    const answer = await redeem(await approvedCode(client_id), { client_id: "screen" });
    expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
  });

  it.each([
    ["/token", { grant_type: "refresh_token", refresh_token: "x" }],
    ["/token", { grant_type: DEVICE_CODE_GRANT, device_code: "x" }],
    ["/device_authorization", { scope: "openid" }],
    ["/par", { response_type: "code", code_challenge: CHALLENGE, code_challenge_method: "S256" }],
    ["/introspect", { token: "x" }],
    ["/revoke", { token: "x" }],
  ])("is unknown at %s", async (path, parameters) => {
    const answer = await form(path, { client_id, ...parameters });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
  });

  it("is unknown at /authorize", async () => {
    const query = new URLSearchParams({
      client_id,
      response_type: "code",
      redirect_uri: "http://localhost:8787/",
      scope: EVERYTHING,
      code_challenge: CHALLENGE,
      code_challenge_method: "S256",
    });
    const answer = await api(`/authorize?${query.toString()}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("No client with this client_id is registered.");
  });

  it("asks the person for no name, no e-mail address and no lasting access", async () => {
    const login = await begin({ client_id, scope: EVERYTHING });
    const scope = await runInDurableObject(
      login.stub,
      (_, { storage }) => storage.kv.get<{ scope: string }>("session")?.scope,
    );
    expect(scope).toBe("openid");
  });
});

describe("a login of /compare that is relayed from another country", () => {
  it("does not approve a relayed /compare login by a tap [ATTACK-built-in-client]", async () => {
    const login = await beginFrom({ place: PLACES.moscow }, { client_id: "compare" });
    const { scan_token } = await ada.scans(login);
    const tapped = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "match_required"]);
    const { match } = await snapshotOf(login);
    const digits = match?.by === "phone" ? { match: match.digits } : {};
    const typed = await ada.sends(login, "approve", { scan_token, ...digits });
    expect(await problemOf(typed)).toEqual([403, "step_up_required"]);
  });

  it("signs no phone in to the account", async () => {
    const code = await approvedCode("compare");
    const thief = new Browser();
    const linked = await thief.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual([403, "code_invalid"]);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
  });
});

describe("where /compare is switched off", () => {
  const worker = { ...env, COMPARE: "off" };
  const send = (path: string, init?: RequestInit) =>
    sendFrom({ worker }, new Request(`http://localhost:8787${path}`, init));

  it("its client is unknown", async () => {
    const answer = await send("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        client_id: "compare",
        code_challenge: CHALLENGE,
        code_challenge_method: "S256",
      }),
    });
    expect(await problemOf(answer)).toEqual([400, "client_unknown"]);
  });

  it.each([
    ["GET", "/compare"],
    ["GET", "/compare/"],
    ["POST", "/compare/callback"],
    ["GET", `/compare/callback/${"x".repeat(43)}`],
  ])("%s %s answers 404", async (method, path) => {
    expect(await problemOf(await send(path, { method }))).toEqual([404, "not_found"]);
  });

  it("its script and its style answer 404, and are served where it is on", async () => {
    const page = await (await api("/compare")).text();
    const files = Array.from(page.matchAll(/"(\/built\/compare\.[^"]+)"/g), ([, path]) => path);
    expect(files).toHaveLength(2);
    for (const path of files) {
      expect((await api(String(path))).status).toBe(200);
      expect(await problemOf(await send(String(path)))).toEqual([404, "not_found"]);
    }
  });

  it("no page leads there", async () => {
    expect(await (await send("/")).text()).not.toContain("/compare");
    expect(await (await api("/")).text()).toContain('href="/compare"');
  });
});

it("a session can't be begun for a built-in client by a page of another site", async () => {
  const creation = {
    client_id: "compare",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
  const answer = await post("/sessions", creation, { Origin: "https://evil.example" });
  expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
});
