import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { callbackInboxOf } from "../../../src/compare/callback-inbox.ts";
import { ALGORITHM } from "../../../src/lib/jwk.ts";
import { signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import type { CallbackResponse } from "../../../src/protocol/compare.ts";
import { api, ISSUER, madeUp, post, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";

const EVENT = "urn:qr-login:event:login-session";

const toldOf = (login: TestScreen, headers: HeadersInit = login.bearer) =>
  api(`/compare/callback/${login.created.session_id}`, { headers });

const eventsOf = async (login: TestScreen) =>
  (await (await toldOf(login)).json<CallbackResponse>()).events.map(({ status }) => status);

/** A security event token with changes. */
async function token(
  sessionId: string,
  { typ = "secevent+jwt", ...claims }: Record<string, unknown> & { typ?: string } = {},
): Promise<string> {
  const { kid, key } = await signingKey(env);
  return await new SignJWT({
    iss: ISSUER,
    aud: "compare",
    iat: Math.floor(Date.now() / 1000),
    jti: madeUp(),
    events: { [EVENT]: { session_id: sessionId, status: "approved", version: 3 } },
    ...claims,
  })
    .setProtectedHeader({ alg: ALGORITHM, typ, kid })
    .sign(key);
}

const send = (body: string, type = "application/secevent+jwt") =>
  api("/compare/callback", { method: "POST", headers: { "Content-Type": type }, body });

describe("the backend of /compare", () => {
  it("receives the login object's callback without a network and shows it to its page", async () => {
    const login = await TestScreen.begin({ client_id: "compare" });
    const before = Date.now();
    expect(await eventsOf(login)).toEqual([]);
    await login.approve(await login.scan());
    await expect.poll(() => eventsOf(login)).toEqual(["approved"]);
    const { events, now } = await (await toldOf(login)).json<CallbackResponse>();
    const receivedAt = Date.parse(events[0]?.received_at ?? "");
    expect(receivedAt).toBeGreaterThanOrEqual(before);
    expect(receivedAt).toBeLessThanOrEqual(Date.parse(now));
    expect(events[0]).toMatchObject({ version: 3, bytes: expect.any(Number) });
    expect(events[0]?.bytes).toBeGreaterThan(300);
  });

  it("receives a callback for every end of a login in order", async () => {
    const login = await TestScreen.begin({ client_id: "compare" });
    await login.approve(await login.scan());
    await expect.poll(() => eventsOf(login)).toEqual(["approved"]);
    const path = `/sessions/${login.created.session_id}/cancel`;
    expect((await api(path, { method: "POST", headers: login.bearer })).status).toBe(204);
    await expect.poll(() => eventsOf(login)).toEqual(["approved", "cancelled"]);
  });

  it("stores an event once that is delivered twice", async () => {
    const login = await TestScreen.begin();
    const event = await token(login.created.session_id);
    expect((await send(event)).status).toBe(202);
    expect((await send(event)).status).toBe(202);
    expect(await eventsOf(login)).toEqual(["approved"]);
    expect((await send(await token(login.created.session_id))).status).toBe(202);
    expect(await eventsOf(login)).toEqual(["approved", "approved"]);
  });

  it("deletes the received callbacks by its alarm", async () => {
    const login = await TestScreen.begin();
    await send(await token(login.created.session_id));
    const inbox = callbackInboxOf(env, login.created.session_id);
    expect(await runDurableObjectAlarm(inbox)).toBe(true);
    await runInDurableObject(inbox, async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
    expect(await eventsOf(login)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["another client's", { aud: "screen" }],
    ["another issuer's", { iss: "https://elsewhere.example" }],
    ["an access token", { typ: "at+jwt" }],
    ["a logout token", { typ: "logout+jwt" }],
    ["of another event", { events: { "urn:other": {} } }],
    ["without an event", { events: undefined }],
    ["without a name", { jti: undefined }],
    ["of no session", { events: { [EVENT]: { session_id: "x", status: "approved", version: 3 } } }],
    ["of no state", { events: { [EVENT]: { session_id: madeUp(), status: "x", version: 3 } } }],
  ])("rejects a security event token that is %s", async (_, change) => {
    const answer = await send(await token(madeUp(), change));
    expect([answer.status, await answer.json()]).toEqual([400, { err: "authentication_failed" }]);
  });

  it("rejects a changed token, a text that is no token, and another content type", async () => {
    const event = await token(madeUp());
    const [header, payload = "", signature] = event.split(".");
    const forged = btoa(atob(payload).replace("approved", "redeemed")).replaceAll("=", "");
    for (const body of [[header, forged, signature].join("."), "nonsense", "", "x".repeat(9000)]) {
      const answer = await send(body);
      expect([answer.status, await answer.json()]).toEqual([400, { err: "authentication_failed" }]);
    }
    const untyped = await send(event, "text/plain");
    expect([untyped.status, await untyped.json()]).toEqual([400, { err: "invalid_request" }]);
  });

  it("shows received callbacks only with the watch token of the session", async () => {
    const login = await TestScreen.begin({ client_id: "compare" });
    const other = await TestScreen.begin({ client_id: "compare" });
    expect(await problemOf(await toldOf(login, {}))).toEqual([401, "watch_token_missing"]);
    expect(await problemOf(await toldOf(login, other.bearer))).toEqual([
      401,
      "watch_token_invalid",
    ]);
    const nowhere = await api(`/compare/callback/${madeUp()}`, { headers: login.bearer });
    expect(await problemOf(nowhere)).toEqual([404, "session_not_found"]);
    const foreign = await toldOf(login, { ...login.bearer, Origin: "https://evil.example" });
    expect(await problemOf(foreign)).toEqual([403, "origin_not_allowed"]);
  });

  it("answers other methods of /compare/callback with 405", async () => {
    const read = await api("/compare/callback");
    expect([read.status, read.headers.get("Allow")]).toEqual([405, "POST"]);
    const written = await post(`/compare/callback/${madeUp()}`, {});
    expect([written.status, written.headers.get("Allow")]).toEqual([405, "GET"]);
  });
});
