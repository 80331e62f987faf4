import { listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import { ISSUER, problemOf, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import {
  approveLogin,
  CALLBACK,
  embedded,
  openLogin,
  REQUEST,
  SHOP,
} from "../../support/authorization.ts";

const worker = withClients(SHOP, { client_id: "screen" });
const shop = new RelyingParty(worker, "shop");

const open = (change: object = {}, init: RequestInit = {}) => {
  const query = new URLSearchParams({ ...REQUEST, ...change });
  return shop.request(`/authorize?${query.toString()}`, init);
};
const submit = (change: object = {}, headers: HeadersInit = {}) => {
  const body = new URLSearchParams({ ...REQUEST, ...change });
  return shop.request("/authorize", { method: "POST", headers, body });
};
const begun = async () => (await listDurableObjectIds(env.LOGIN_SESSIONS)).length;

/** The parameters of the redirect to the client. */
function answerAt(location: string | null): Record<string, string> {
  if (!location?.startsWith(`${CALLBACK}?`)) throw new Error(`not at the client: ${location}`);
  return Object.fromEntries(new URL(location).searchParams);
}

describe("a good request", () => {
  it.each([
    ["GET", open],
    ["POST", submit],
  ])("opens the login page with its session by %s [RFC6749-3.1/2]", async (_, send) => {
    const answer = await send({ state: "s", nonce: "n", max_age: "60" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const page = await embedded(answer);
    expect(page).toMatchObject({
      client_name: SHOP.name,
      session: {
        session_id: expect.stringMatching(/^[\w-]{43}$/),
        watch_token: expect.stringMatching(/^[\w-]{43}$/),
        status: "pending",
        expires_in: 120,
      },
      request: {
        client_id: "shop",
        redirect_uri: CALLBACK,
        response_mode: "query",
        scope: "openid",
        state: "s",
        nonce: "n",
        max_age: 60,
      },
    });
    if (!("request" in page)) throw new Error("it has no login");
    const { session_id, watch_token } = page.session;
    expect(answer.headers.get("Set-Cookie")).toContain(
      `=${session_id}.${watch_token}; Max-Age=120; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
  });

  it("escapes embedded data in the login page [RFC6749-10.14]", async () => {
    const answer = await open({ state: "</script><script>alert(1)</script><!--" });
    const html = await answer.clone().text();
    expect(html).not.toContain("alert(1)</script>");
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(await embedded(answer)).toMatchObject({
      client_name: SHOP.name,
      request: { state: "</script><script>alert(1)</script><!--" },
    });
  });

  it("sends the login page with headers against frames, forms and foreign scripts [RFC6749-10.13]", async () => {
    const answer = await open({}, { headers: { Origin: "https://shop.example" } });
    await answer.body?.cancel();
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'none'");
    expect(answer.headers.get("X-Frame-Options")).toBe("DENY");
    expect(answer.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(answer.headers.has("Access-Control-Allow-Origin")).toBe(false);
  });

  it("allows a form post only for response_mode form_post", async () => {
    const answer = await open({ response_mode: "form_post" });
    await answer.body?.cancel();
    const policy = answer.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("form-action https:;");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("returns a code that the client redeems after the approval", async () => {
    const login = await openLogin(shop, { state: "a state", nonce: "once" });
    const { redirect_to = null } = await approveLogin(shop, login);
    const { code = "", ...rest } = answerAt(redirect_to);
    expect(rest).toEqual({ state: "a state", iss: ISSUER });
    const answer = await shop.redeem(code);
    expect(answer.status).toBe(200);
    const { id_token = "" } = await answer.json<TokenResponse>();
    const claims: unknown = JSON.parse(
      atob((id_token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    );
    expect(claims).toMatchObject({ aud: "shop", sub: "ada", nonce: "once", iss: ISSUER });
  });

  it("returns the code by form_post if the client asks for it [FORM-POST-2]", async () => {
    const login = await openLogin(shop, { response_mode: "form_post", state: "s" });
    const { form_post, redirect_to } = await approveLogin(shop, login);
    expect(redirect_to).toBeUndefined();
    expect(form_post).toEqual({
      action: CALLBACK,
      parameters: { code: expect.any(String), state: "s", iss: ISSUER },
    });
  });

  it("returns access_denied to the client when the user cancels", async () => {
    const { declined } = await openLogin(shop, { state: "s" });
    if (!("redirect_to" in declined)) throw new Error("it is a query");
    expect(answerAt(declined.redirect_to)).toMatchObject({
      error: "access_denied",
      state: "s",
      iss: ISSUER,
    });
    const posted = await openLogin(shop, { response_mode: "form_post" });
    expect(posted.declined).toMatchObject({ form_post: { action: CALLBACK } });
  });

  it("starts the login again with all parameters of the request", async () => {
    const asked = { state: "s", nonce: "n", max_age: "60", scope: "openid profile" };
    const { request } = await openLogin(shop, asked);
    const answer = await shop.request("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: ISSUER },
      body: JSON.stringify(request),
    });
    expect(answer.status).toBe(201);
    const session = await answer.json<{ session_id: string }>();
    const stub = sessionStub(worker, session.session_id);
    if (!stub) throw new Error("no session");
    const old = { sub: "ada", authTime: Date.now() - 61_000 };
    using scanned = await stub.scan("user_code", {});
    if (!scanned.ok) throw new Error("not scanned");
    using refused = await stub.approve(scanned.value.scan_token, { account: old, device: {} });
    expect(refused).toMatchObject({ error: "sign_in_again" });
  });
});

describe("the requirements for the approver", () => {
  const approveAs = async (request: object, account: { sub: string; authTime?: number }) => {
    const { session } = await openLogin(shop, request);
    const stub = sessionStub(worker, session.session_id);
    if (!stub) throw new Error("no session");
    using scanned = await stub.scan("user_code", {});
    if (!scanned.ok) throw new Error("not scanned");
    using approved = await stub.approve(scanned.value.scan_token, { account, device: {} });
    return approved.ok ? "approved" : approved.error;
  };

  it("requires a sign-in since the login began (prompt=login, max_age=0) [OIDC-CORE-3.1.2.1/5]", async () => {
    const before = { sub: "ada", authTime: Date.now() - 1000 };
    expect(await approveAs({ prompt: "login" }, before)).toBe("sign_in_again");
    expect(await approveAs({ max_age: "0" }, before)).toBe("sign_in_again");
    const since = { sub: "ada", authTime: Date.now() + 60_000 };
    expect(await approveAs({ prompt: "login" }, since)).toBe("approved");
  });

  it("allows only the account of a valid id_token_hint [OIDC-CORE-3.1.2.1/7]", async () => {
    const { code } = await shop.approvedCode({ scope: "openid" });
    const { id_token = "", access_token } = await (await shop.redeem(code)).json<TokenResponse>();
    expect(await approveAs({ id_token_hint: id_token }, { sub: "ada" })).toBe("approved");
    expect(await approveAs({ id_token_hint: id_token }, { sub: "eve" })).toBe("wrong_account");

    // The same login, started again.
    const { request } = await openLogin(shop, { id_token_hint: id_token });
    expect(request).toMatchObject({ id_token_hint: id_token });

    for (const hint of [access_token, `${id_token}x`, "a.b.c", "x"]) {
      const refused = await open({ id_token_hint: hint });
      expect(refused.status).toBe(303);
      expect(answerAt(refused.headers.get("Location"))).toMatchObject({ error: "invalid_request" });
    }
  });

  it("rejects an id_token_hint of another client", async () => {
    const { code } = await shop.approvedCode({ scope: "openid" });
    const { id_token = "" } = await (await shop.redeem(code)).json<TokenResponse>();
    const other = { ...SHOP, client_id: "other" };
    const elsewhere = new RelyingParty(withClients(SHOP, other), "other");
    const query = new URLSearchParams({ ...REQUEST, client_id: "other", id_token_hint: id_token });
    const refused = await elsewhere.request(`/authorize?${query.toString()}`);
    expect(answerAt(refused.headers.get("Location"))).toMatchObject({ error: "invalid_request" });
  });
});

describe("a request that is wrong", () => {
  it("redirects an error to the client by 303 with state and iss [RFC6749-4.1.2/6]", async () => {
    for (const send of [open, submit]) {
      const answer = await send({ prompt: "none", state: "s" });
      expect(answer.status).toBe(303);
      expect(answerAt(answer.headers.get("Location"))).toEqual({
        error: "login_required",
        error_description: expect.stringMatching(/./),
        state: "s",
        iss: ISSUER,
      });
    }
  });

  it("returns an error by form_post if the client asks for it [FORM-POST-2/2]", async () => {
    const answer = await open({ prompt: "none", state: "s", response_mode: "form_post" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Security-Policy")).toContain("form-action https:;");
    expect(await embedded(answer)).toEqual({
      client_name: SHOP.name,
      answer: {
        form_post: {
          action: CALLBACK,
          parameters: {
            error: "login_required",
            error_description: expect.any(String),
            state: "s",
            iss: ISSUER,
          },
        },
      },
    });
  });

  it.each([
    ["an unknown client", { client_id: "nobody" }],
    ["an unknown redirect", { redirect_uri: "https://evil.example/" }],
    ["a client without redirects", { client_id: "screen" }],
    ["a pushed request that never was", { request_uri: "urn:ietf:params:oauth:request_uri:x" }],
  ])("shows an error page instead of a redirect for %s [RFC6749-3.1.2.4/2]", async (_, change) => {
    const before = await begun();
    for (const send of [open, submit]) {
      const answer = await send(change);
      expect(answer.status).toBe(400);
      expect(answer.headers.has("Location")).toBe(false);
      expect(answer.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
      const html = await answer.text();
      expect(html).toContain("This login can’t begin");
      expect(html).toMatch(/invalid_request(_uri)?: /);
      expect(html).not.toContain("evil.example");
    }
    expect(await begun()).toBe(before);
  });

  it("starts no session for an invalid request", async () => {
    const before = await begun();
    await open({ prompt: "none" });
    await open({ code_challenge_method: "plain" });
    expect(await begun()).toBe(before);
  });

  it("rejects a request with a repeated parameter in any order [RFC6749-3.1/6]", async () => {
    const query = new URLSearchParams(REQUEST).toString();
    const twice = await shop.request(`/authorize?${query}&redirect_uri=https://evil.example/`);
    expect(twice.status).toBe(400);
    await twice.body?.cancel();
    const scope = await shop.request(`/authorize?scope=profile&${query}`);
    expect(answerAt(scope.headers.get("Location"))).toMatchObject({ error: "invalid_request" });
  });

  it("rejects a POST that is not a form and ignores its query", async () => {
    const query = new URLSearchParams(REQUEST).toString();
    const json = await shop.request(`/authorize?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(REQUEST),
    });
    expect(json.status).toBe(400);
    await json.body?.cancel();
    const empty = await shop.request(`/authorize?${query}`, {
      method: "POST",
      body: new URLSearchParams(),
    });
    expect(empty.status).toBe(400);
    await empty.body?.cancel();
  });

  it.each(["PUT", "DELETE", "OPTIONS"])(
    "rejects an authorization request by %s",
    async (method) => {
      const answer = await open({}, { method });
      expect(answer.headers.get("Allow")).toBe("GET, POST");
      expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
    },
  );
});

it("starts no login for HEAD /authorize", async () => {
  const before = await begun();
  const answer = await open({}, { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect(await begun()).toBe(before);
});

it("returns server_error to the client without details", async () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
  onTestFinished(() => errors.mockRestore());
  const broken = {
    newUniqueId() {
      throw new Error("a secret reason");
    },
  };
  const sick = new RelyingParty({ ...worker, LOGIN_SESSIONS: broken } as unknown as Env, "shop");
  const answer = await sick.request(`/authorize?${new URLSearchParams(REQUEST).toString()}`);
  expect(answer.status).toBe(303);
  const told = answerAt(answer.headers.get("Location"));
  expect(told).toMatchObject({ error: "server_error", iss: ISSUER });
  expect(JSON.stringify(told)).not.toContain("secret");
  expect(errors).toHaveBeenCalledOnce();
});

it("shows a page to a network over the limit of /authorize", async () => {
  const busy = { limit: async () => ({ success: false }) };
  const slow = new RelyingParty({ ...worker, CREATE_LIMIT: busy }, "shop");
  const answer = await slow.request(`/authorize?${new URLSearchParams(REQUEST).toString()}`);
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "60"]);
  expect(await answer.text()).toContain("Too many logins at once");
});
