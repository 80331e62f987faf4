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
  it("signs a phone in by a code that another phone approved, and records no device", async () => {
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
    // The sign-in counts as recent, so the phone can add a passkey.
    expect((await another.post("/account/passkeys/options", {})).status).toBe(200);
  });

  it("signs the same phone in again when the request is repeated within a minute", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await approvedLink(sub);
    const another = new TestBrowser();
    // The first response is lost, with its cookie.
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

  it("answers a repeated request after the login session was deleted", async () => {
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

  it("signs a phone out when its code is reused a minute later, and records an attack", async () => {
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
    const recent = (await phone.history()).slice(0, 2);
    expect(recent.map(({ type }) => type).toSorted()).toEqual(["attack", "phone_signed_out"]);
    expect(recent).toContainEqual(expect.objectContaining({ what: "code_reused" }));
  });

  it("does not sign a phone in whose code was voided before", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const [sid = ""] = code.split(".");
    await accountStub(env, sub).codeReused(sid, "phone");
    expect(await problemOf(await link(code))).toEqual([403, "code_invalid"]);
  });

  it.each<[string, object]>([
    ["another verifier", { code_verifier: "x".repeat(43) }],
    ["a code that was never made", { code: `${madeUp()}.${madeUp()}` }],
  ])("rejects %s, and still accepts the right request afterwards", async (_, change) => {
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

  it("rejects the code of another client's login", async () => {
    const { sub } = await TestPhone.signUp();
    const login = await TestScreen.begin();
    const code = `${login.created.session_id}.${madeUp()}`;
    expect(await problemOf(await link(code))).toEqual([403, "code_invalid"]);
    expect(await pipelined(accountStub(env, sub).devices()).list()).toEqual([]);
  });

  it("rejects a code that was approved by an app of another issuer", async () => {
    const answer = await link(await approvedLink("acme:ada"));
    expect(await problemOf(answer)).toEqual([403, "wrong_account"]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("signs a phone in only for our own pages", async () => {
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
  ])("rejects a request to link a phone with %s", async (_, change) => {
    const code = `${madeUp()}.${madeUp()}`;
    expect(await problemOf(await link(code, new TestBrowser(), change))).toEqual([
      400,
      "invalid_request",
    ]);
  });
});

describe("the client that phones ask as", () => {
  it("issues no tokens to the built-in client phone, whose code still signs the phone in", async () => {
    const { sub } = await TestPhone.signUp();
    const code = await approvedLink(sub);
    const answer = await redeem(code, { client_id: "phone" });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: "invalid_client" }]);
    expect((await link(code)).status).toBe(200);
  });

  it("issues no device code to the built-in client phone", async () => {
    const body = new URLSearchParams({ client_id: "phone" });
    const answer = await api("/device_authorization", { method: "POST", body });
    expect(await answer.json()).toMatchObject({ error: "invalid_client" });
  });
});
