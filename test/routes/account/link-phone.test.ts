import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub, pipelined } from "../../../src/accounts/account-stub.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import type { PhonesResponse } from "../../../src/protocol/phones.ts";
import { storageOf } from "../../support/accounts.ts";
import { api, madeUp, problemOf, redeem, VERIFIER } from "../../support/api.ts";
import { approvedLink } from "../../support/linked-phone.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const link = (code: string, phone = new TestBrowser(), change: object = {}) =>
  phone.post("/account/link", { code, code_verifier: VERIFIER, ...change });

describe("another phone", () => {
  it("comes in by the code that a phone of the account approved, and is a phone, not a device", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const another = new TestBrowser();
    const answer = await link(await approvedLink(sub), another);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ account: { sub, name: "Ada" } });
    expect(await another.whoAmI()).toMatchObject({ account: { sub } });
    const devices = await (await phone.get("/account/devices")).json<DevicesResponse>();
    expect(devices).toEqual({ devices: [] });
    expect((await phone.history())[0]).toMatchObject({ type: "phone_linked" });
    // It counts as recent, so that it can make a passkey of its own.
    expect((await another.post("/account/passkeys/options", {})).status).toBe(200);
  });

  it("is let in again as the same phone when it repeats the request within a minute", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await approvedLink(sub);
    const another = new TestBrowser();
    // The first answer is lost, with its cookie.
    expect((await link(code)).status).toBe(200);
    setClock(Date.now() + 59_000);
    expect((await link(code, another)).status).toBe(200);
    expect(await another.whoAmI()).toMatchObject({ account: { sub } });
    expect((await link(code, another)).status).toBe(200);
    expect(await another.whoAmI()).toMatchObject({ account: { sub } });
    const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
    expect(phones).toHaveLength(2);
    const types = (await phone.history()).map(({ type }) => type);
    expect(types.filter((type) => type === "phone_linked")).toHaveLength(1);
    expect(types).not.toContain("attack");
  });

  it("is let in again after its session is gone", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const another = new TestBrowser();
    expect(await (await link(code)).json()).toMatchObject({ account: { sub } });
    const session = sessionStub(env, code.split(".")[0] ?? "");
    if (!session) throw new Error("the session has no object");
    await evictDurableObject(session);
    expect((await link(code, another)).status).toBe(200);
    expect(await another.whoAmI()).toMatchObject({ account: { sub } });
  });

  it("is signed out when its code comes again a minute later, and the history tells of an attack", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await approvedLink(sub);
    const another = new TestBrowser();
    await link(code, another);
    setClock(Date.now() + 60_000);
    const thief = new TestBrowser();
    expect(await problemOf(await link(code, thief))).toEqual([403, "code_invalid"]);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
    expect(await another.whoAmI()).toMatchObject({ signed_in: false });
    expect(await phone.whoAmI()).toMatchObject({ signed_in: true });
    expect((await phone.history())[0]).toMatchObject({ type: "attack", what: "code_reused" });
  });

  it("doesn't come in where the end came first", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const [sid = ""] = code.split(".");
    await accountStub(env, sub).codeReused(sid, "phone");
    expect(await problemOf(await link(code))).toEqual([403, "code_invalid"]);
  });

  it.each<[string, object]>([
    ["another verifier", { code_verifier: "x".repeat(43) }],
    ["a code that was never made", { code: `${madeUp()}.${madeUp()}` }],
  ])("doesn't come in with %s, and the right one is still good", async (_, change) => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const before = await storageOf(sub);
    expect(await problemOf(await link(code, new TestBrowser(), change))).toEqual([
      403,
      "code_invalid",
    ]);
    expect(await storageOf(sub)).toEqual(before);
    expect((await link(code)).status).toBe(200);
  });

  it("doesn't come in by the code of a login for somebody else's page", async () => {
    const { sub } = await TestPhone.signUp();
    const login = await TestScreen.begin();
    const code = `${login.created.session_id}.${madeUp()}`;
    expect(await problemOf(await link(code))).toEqual([403, "code_invalid"]);
    expect(await pipelined(accountStub(env, sub).devices()).list()).toEqual([]);
  });

  it("has no account here if another issuer vouches for its owner", async () => {
    const answer = await link(await approvedLink("acme:ada"));
    expect(await problemOf(answer)).toEqual([403, "wrong_account"]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("is let in for pages of our own alone", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const evil = new TestBrowser();
    evil.headers["Origin"] = "https://evil.example";
    expect(await problemOf(await link(code, evil))).toEqual([403, "origin_not_allowed"]);
    expect((await link(code)).status).toBe(200);
  });

  it.each<[string, object]>([
    ["no verifier", { code_verifier: undefined }],
    ["a code of another form", { code: "x" }],
    ["an unknown member", { client_id: "phone" }],
  ])("with %s is refused", async (_, change) => {
    const code = `${madeUp()}.${madeUp()}`;
    expect(await problemOf(await link(code, new TestBrowser(), change))).toEqual([
      400,
      "invalid_request",
    ]);
  });
});

describe("the client that phones ask as", () => {
  it("gets no tokens for a code, which is good at its own door alone", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const answer = await redeem(code, { client_id: "phone" });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: "invalid_client" }]);
    expect((await link(code)).status).toBe(200);
  });

  it("gets no device code", async () => {
    const body = new URLSearchParams({ client_id: "phone" });
    const answer = await api("/device_authorization", { method: "POST", body });
    expect(await answer.json()).toMatchObject({ error: "invalid_client" });
  });
});
