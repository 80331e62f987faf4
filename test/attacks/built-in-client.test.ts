import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { DEVICE_CODE_GRANT } from "../../src/oidc/token/device-code-request.ts";
import {
  api,
  CHALLENGE,
  PLACES,
  post,
  problemOf,
  redeem,
  sendFrom,
  VERIFIER,
} from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** The built-in clients have no secret, so an attacker can start a login in their name. */

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

const EVERYTHING = "openid profile email offline_access";

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp("Ada", { place: PLACES.berlin });
});

const form = (path: string, parameters: Record<string, string>) =>
  api(path, { method: "POST", body: new URLSearchParams(parameters) });

/** A login of a built-in client that the owner has approved. */
async function approvedCode(client_id: string): Promise<string> {
  const login = await TestScreen.begin({ client_id, scope: EVERYTHING }, { place: PLACES.berlin });
  const { scan_token } = await ada.scan(login);
  expect((await ada.approve(login, scan_token)).status).toBe(200);
  const { code } = await login.snapshot();
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

  it("issues no tokens to another client for a code of a built-in client", async () => {
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
  ])("rejects a built-in client as unknown at %s", async (path, parameters) => {
    const answer = await form(path, { client_id, ...parameters });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
  });

  it("rejects a built-in client as unknown at /authorize", async () => {
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

  it("requests neither name nor e-mail address nor offline access for a built-in client", async () => {
    const login = await TestScreen.begin({ client_id, scope: EVERYTHING });
    const scope = await runInDurableObject(
      login.stub,
      (_, { storage }) => storage.kv.get<{ scope: string }>("session")?.scope,
    );
    expect(scope).toBe("openid");
  });
});

describe("a login of /compare that is relayed from another country", () => {
  it("does not approve a relayed /compare login by a tap [ATTACK-built-in-client]", async () => {
    const login = await TestScreen.begin({ client_id: "compare" }, { place: PLACES.moscow });
    const { scan_token } = await ada.scan(login);
    const tapped = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "match_required"]);
    const { match } = await login.snapshot();
    const digits = match?.by === "phone" ? { match: match.digits } : {};
    const typed = await ada.send(login, "approve", { scan_token, ...digits });
    expect(await problemOf(typed)).toEqual([403, "step_up_required"]);
  });

  it("signs no phone in by a relayed /compare login", async () => {
    const code = await approvedCode("compare");
    const thief = new TestBrowser();
    const linked = await thief.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual([403, "code_invalid"]);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
  });
});

describe("a deployment without /compare", () => {
  const worker = { ...env, COMPARE: "off" };
  const send = (path: string, init?: RequestInit) =>
    sendFrom({ worker }, new Request(`http://localhost:8787${path}`, init));

  it("does not know the client of /compare when it is switched off", async () => {
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
  ])("answers 404 to %s %s when /compare is switched off", async (method, path) => {
    expect(await problemOf(await send(path, { method }))).toEqual([404, "not_found"]);
  });

  it("serves the script and style of /compare only when it is switched on", async () => {
    const page = await (await api("/compare")).text();
    const files = Array.from(page.matchAll(/"(\/built\/compare\.[^"]+)"/g), ([, path]) => path);
    expect(files).toHaveLength(2);
    for (const path of files) {
      expect((await api(String(path))).status).toBe(200);
      expect(await problemOf(await send(String(path)))).toEqual([404, "not_found"]);
    }
  });

  it("links to /compare from no page when it is switched off", async () => {
    expect(await (await send("/")).text()).not.toContain("/compare");
    expect(await (await api("/")).text()).toContain('href="/compare"');
  });
});

it("refuses a session for a built-in client to a page of another site", async () => {
  const creation = {
    client_id: "compare",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
  const answer = await post("/sessions", creation, { Origin: "https://evil.example" });
  expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
});
