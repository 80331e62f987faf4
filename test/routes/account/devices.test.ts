import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { app } from "../../../src/app.ts";
import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import { logIn, storageOf } from "../../support/accounts.ts";
import { ISSUER, madeUp, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

const listOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/devices")).json<DevicesResponse>()).devices;

describe("the list of one's devices", () => {
  it("lists each login with location, device, start and last use [QR-LOGIN-20]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    expect(await listOf(phone)).toEqual([]);
    const now = Date.now();
    setClock(now);
    const screen = { browser: "Firefox 140", system: "Linux", city: "Graz", region: "Styria" };
    const first = await logIn(sub, { screen: { ...screen, country: "AT", ip: "192.0.2.1" } });
    setClock(now + 1000);
    const second = await logIn(sub, { clientId: "long-gone" });
    const answer = await phone.get("/account/devices");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const [older, newer] = [now, now + 1000].map((instant) => new Date(instant).toISOString());
    const expires = (from: number) => new Date(from + 30 * DAY).toISOString();
    expect(await answer.json()).toEqual({
      devices: [
        {
          sid: second,
          client: { client_id: "long-gone", name: "long-gone" },
          began_at: newer,
          last_seen_at: newer,
          expires_at: expires(now + 1000),
          unconfirmed: true,
          just_now: true,
        },
        {
          sid: first,
          client: { client_id: "screen", name: "QR login" },
          ...screen,
          country: "AT",
          began_at: older,
          last_seen_at: older,
          expires_at: expires(now),
          unconfirmed: true,
          just_now: true,
        },
      ],
    });
    setClock(now + 2 * DAY);
    for (const device of await listOf(phone)) {
      expect(device).toMatchObject({ unconfirmed: false, just_now: false });
    }
  });

  it("does not list devices that the owner ended or reported, or that ended long ago", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const [ended, disowned] = [await logIn(sub), await logIn(sub)];
    await phone.delete(`/account/devices/${ended}`);
    await phone.post(`/account/devices/${disowned}/not-me`, {});
    const last = await logIn(sub);
    expect((await listOf(phone)).map(({ sid }) => sid)).toEqual([last]);
    setClock(Date.now() + 30 * DAY);
    expect(await listOf(phone)).toEqual([]);
  });

  it("lists devices that ended without their owner while they are asked about them", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const now = Date.now();
    setClock(now);
    const [byClient, byServer] = [await logIn(sub), await logIn(sub)];
    setClock(now + 1000);
    await accountStub(env, sub).endLogin(byClient, { by: "client" });
    await accountStub(env, sub).endLogin(byServer);
    const listed = new Map((await listOf(phone)).map((device) => [device.sid, device]));
    for (const [sid, ended_by] of [
      [byClient, "client"],
      [byServer, "server"],
    ] as const) {
      expect(listed.get(sid)).toMatchObject({
        ended_by,
        ended_at: new Date(now + 1000).toISOString(),
        last_seen_at: new Date(now).toISOString(),
        unconfirmed: true,
      });
    }
    setClock(now + DAY);
    expect(await listOf(phone)).toEqual([]);
  });

  it("lists devices only for a signed-in user", async () => {
    const answer = await new TestBrowser().get("/account/devices");
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });
});

describe("a new device", () => {
  it("lists a new login as unconfirmed until its owner confirms it [QR-LOGIN-19]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const [one, other] = [await logIn(sub), await logIn(sub)];
    expect((await phone.post(`/account/devices/${one}/confirm`, {})).status).toBe(204);
    const asked = new Map((await listOf(phone)).map(({ sid, unconfirmed }) => [sid, unconfirmed]));
    expect([asked.get(one), asked.get(other)]).toEqual([false, true]);
    expect((await phone.history()).map(({ type }) => type)).toContain("device_confirmed");
  });

  it("ends a login that its owner reports and records the reason [RFC10027-6.1.6/2]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const sid = await logIn(sub, { screen: { city: "Graz" } });
    expect((await phone.post(`/account/devices/${sid}/not-me`, {})).status).toBe(204);
    expect(await listOf(phone)).toEqual([]);
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
    expect(await phone.history()).toContainEqual({
      at: expect.any(String),
      type: "device_not_me",
      sid,
      client: { client_id: "screen", name: "QR login" },
      city: "Graz",
    });
    expect(await accountStub(env, sub).loginHistory()).toEqual({ known: [], logins: 0 });
  });

  it.each(["confirm", "not-me"])("rejects a body with members at %s", async (verb) => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const path = `/account/devices/${await logIn(sub)}/${verb}`;
    expect(await problemOf(await phone.post(path, { all: true }))).toEqual([
      400,
      "invalid_request",
    ]);
    expect((await listOf(phone)).map(({ unconfirmed }) => unconfirmed)).toEqual([true]);
  });
});

describe("ending one's device", () => {
  it("ends only the chosen login [BACKCHANNEL-LOGOUT-2.7]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const [one, other] = [await logIn(sub), await logIn(sub)];
    expect((await phone.delete(`/account/devices/${one}`)).status).toBe(204);
    expect((await listOf(phone)).map(({ sid }) => sid)).toEqual([other]);
    expect(await accountStub(env, sub).isLoggedIn(one)).toBe(false);
  });

  it("ends all logins at once [QR-LOGIN-20/2]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const sids = [await logIn(sub), await logIn(sub)];
    expect((await phone.delete("/account/devices")).status).toBe(204);
    expect(await listOf(phone)).toEqual([]);
    for (const sid of sids) expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
    expect((await phone.delete("/account/devices")).status).toBe(204);
  });

  it("changes nothing when a device is ended twice, or is unknown", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const sid = await logIn(sub);
    await phone.delete(`/account/devices/${sid}`);
    const before = await storageOf(sub);
    for (const gone of [sid, madeUp()]) {
      const answer = await phone.delete(`/account/devices/${gone}`);
      expect(await problemOf(answer)).toEqual([404, "device_unknown"]);
    }
    expect(await storageOf(sub)).toEqual(before);
  });

  it.each([
    ["DELETE", ""],
    ["POST", "/confirm"],
    ["POST", "/not-me"],
  ] as const)("rejects a request of another account for a device: %s %s", async (method, verb) => {
    const ada = await TestPhone.signUp();
    const eve = await TestPhone.signUp();
    const sid = await logIn(ada.sub);
    const before = [await storageOf(ada.sub), await storageOf(eve.sub)];
    const ask = (phone: TestBrowser) =>
      method === "POST"
        ? phone.post(`/account/devices/${sid}${verb}`, {})
        : phone.delete(`/account/devices/${sid}`);
    expect(await problemOf(await ask(eve))).toEqual([404, "device_unknown"]);
    expect(await problemOf(await ask(new TestBrowser()))).toEqual([401, "sign_in_required"]);
    expect([await storageOf(ada.sub), await storageOf(eve.sub)]).toEqual(before);
  });

  it.each([
    ["from another site", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
    ["from a sister site", { "Sec-Fetch-Site": "same-site" }],
    ["from nowhere", { Origin: undefined }],
  ])("rejects ending a device %s, whatever cookie comes with it", async (_, headers) => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const sid = await logIn(sub);
    const own = phone.headers;
    phone.headers = { ...own, ...headers };
    const answer = await phone.delete(`/account/devices/${sid}`);
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    phone.headers = own;
    expect(await listOf(phone)).toHaveLength(1);
  });

  it.each(["x", `${madeUp()}x`, "a/b"])(
    "answers 404 for a malformed device id: %s",
    async (sid) => {
      const phone = await TestPhone.signUp();
      expect(await problemOf(await phone.delete(`/account/devices/${sid}`))).toEqual([
        404,
        "not_found",
      ]);
    },
  );
});

describe("an app with a token of a trusted issuer", () => {
  it("lets an app of a trusted issuer list and end its user's devices without an Origin header", async () => {
    const issuer = await TestIssuer.start("ES256", { subject_prefix: "acme:" });
    const sub = `acme:${crypto.randomUUID()}`;
    const sid = await logIn(sub);
    const headers = {
      Authorization: `Bearer ${await issuer.token({ sub: sub.slice("acme:".length) })}`,
    };
    const ask = (path: string, method: string) =>
      app.fetch(new Request(`${ISSUER}${path}`, { method, headers }), {
        ...env,
        ISSUERS: [issuer.trusted],
      });
    const list = await (await ask("/account/devices", "GET")).json<DevicesResponse>();
    expect(list.devices.map((device) => device.sid)).toEqual([sid]);
    expect((await ask(`/account/devices/${sid}`, "DELETE")).status).toBe(204);
    expect(await (await ask("/account/devices", "GET")).json()).toEqual({ devices: [] });
  });

  it("lists no devices for an invalid access token", async () => {
    const answer = await app.fetch(
      new Request(`${ISSUER}/account/devices`, { headers: { Authorization: "Bearer x.y.z" } }),
      env,
    );
    expect(await problemOf(answer)).toEqual([401, "access_token_invalid"]);
  });
});

describe("other methods", () => {
  it.each([
    ["POST", "/account/devices", "GET, DELETE"],
    ["GET", `/account/devices/${madeUp()}/confirm`, "POST"],
    ["DELETE", `/account/devices/${madeUp()}/not-me`, "POST"],
    ["GET", `/account/devices/${madeUp()}`, "DELETE"],
    ["PUT", `/account/devices/${madeUp()}`, "DELETE"],
  ])("answers %s %s with 405 and the allowed methods", async (method, path, allowed) => {
    const answer = await app.fetch(new Request(`${ISSUER}${path}`, { method }), env);
    expect(answer.headers.get("Allow")).toBe(allowed);
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });
});
