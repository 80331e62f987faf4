import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { api, ISSUER, madeUp, post, problemOf, withClients } from "../support/api.ts";
import {
  approveDevice,
  askForDevice,
  beginDevice,
  objectOf,
  pollDevice,
  typeCode,
  type DeviceAnswer,
} from "../support/devices.ts";
import { DpopKey } from "../support/dpop-key.ts";
import { workerWithLimits } from "../support/rate-limits.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { TestPhone } from "../support/test-phone.ts";
import { restoreClock, setClock } from "../support/time.ts";

// Rejected polls are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

afterEach(restoreClock);

/**
 * The device authorization grant (RFC 8628). There is no certification for it, so most tests have the titles of the npm
 * package oidc-provider (test/device_code).
 */

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_TTL = env.DEVICE_TTL * 1000;

async function poll(device: DeviceAnswer, at?: number): Promise<string> {
  if (at !== undefined) setClock(at);
  const answer = await pollDevice(device.device_code);
  const body = await answer.json<{ error?: string }>();
  expect(answer.status).toBe(body.error === undefined ? 200 : 400);
  return body.error ?? "tokens";
}

const scanTyped = (user_code: string) => post("/sessions/scan", { user_code });

describe("the device authorization endpoint", () => {
  it("device_authorization: rejects other than application/x-www-form-urlencoded", async () => {
    const init = { method: "POST", body: JSON.stringify({ client_id: "screen" }) };
    const headers = { "Content-Type": "application/json" };
    const answer = await api("/device_authorization", { ...init, headers });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it("device_authorization: handles regular client auth", async () => {
    // SHA-256 of "s3cret".
    const client_secret_sha256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
    const worker = withClients({ client_id: "tv", client_secret_sha256 });
    const right = new RelyingParty(worker, "tv", "s3cret");
    expect((await right.post("/device_authorization", {})).status).toBe(200);
    const wrong = await new RelyingParty(worker, "tv", "x").post("/device_authorization", {});
    expect(await problemOf(wrong)).toEqual([401, "invalid_client"]);
  });

  it.each([
    "application/x-www-form-urlencoded; charset=UTF-8",
    'application/x-www-form-urlencoded;charset="utf-8"',
    "APPLICATION/X-WWW-FORM-URLENCODED",
  ])("device_authorization: reads a form of the type %s", async (type) => {
    const body = "\ufeffclient_id=screen&scope=openid+profile";
    const headers = { "Content-Type": type };
    const answer = await api("/device_authorization", { method: "POST", headers, body });
    expect(answer.status).toBe(200);
  });

  it("device_authorization: expires_in is DEVICE_TTL, apart from the lifetime of QR codes [RFC8628-3.2/2]", async () => {
    const device = await beginDevice();
    expect(device.expires_in * 1000).toBe(DEVICE_TTL);
    expect(DEVICE_TTL).toBeGreaterThan(env.SESSION_TTL * 1000);
    const worker = { ...env, DEVICE_TTL: 1800 };
    const body = new URLSearchParams({ client_id: "screen" });
    const request = new Request(`${ISSUER}/device_authorization`, { method: "POST", body });
    const answer = await app.fetch(request, worker, createExecutionContext());
    expect(await answer.json()).toMatchObject({ expires_in: 1800 });
  });
});

describe("the verification page", () => {
  it("verification: escapes the user_code values", async () => {
    const answer = await api('/phone?user_code="><script>alert(1)</script>');
    expect(await answer.text()).not.toContain("alert(1)");
    expect(answer.headers.get("Content-Security-Policy")).toContain("script-src 'self'");
  });

  const SPELLINGS: [string, (code: string) => string][] = [
    ["in small letters", (code) => code.toLowerCase()],
    ["without a separator", (code) => code.replace("-", "")],
    ["with spaces and a full stop", (code) => ` ${code.replace("-", " ").toLowerCase()}. `],
    ["in full-width letters", (code) => toFullWidth(code)],
    ["with a minus", (code) => code.replace("-", "\u2212")],
    ["with a hyphen", (code) => code.replace("-", "\u2010")],
    ["with a no-break hyphen", (code) => code.replace("-", "\u2011")],
    ["with a figure dash", (code) => code.replace("-", "\u2012")],
    ["with an en dash", (code) => code.replace("-", "\u2013")],
    ["with an em dash", (code) => code.replace("-", "\u2014")],
    ["with a horizontal bar", (code) => code.replace("-", "\u2015")],
    ["with a soft hyphen", (code) => code.replace("-", "\u00ad")],
    ["with a Japanese prolonged sound mark", (code) => code.replace("-", "\u30fc")],
    ["with a zero-width space", (code) => code.replace("-", "\u200b")],
    ["with a word joiner", (code) => code.replace("-", "\u2060")],
    ["with marks of direction", (code) => `\u200e\u202a${code}\u202c\u200f`],
    ["with a byte order mark", (code) => `\ufeff${code}`],
    ["in quotes", (code) => `"${code}"`],
    ["in typographic quotes", (code) => `“${code}”`],
    ["with a modifier apostrophe", (code) => code.replace("-", "\u02bc")],
    ["with a slash", (code) => code.replace("-", "/")],
    ["with an underscore", (code) => code.replace("-", "_")],
  ];
  it.each(SPELLINGS)(
    "verification: allows for punctuation to be included and characters to be downcased: %s [RFC8628-6.1]",
    async (_, spelled) => {
      const device = await beginDevice();
      expect((await scanTyped(spelled(device.user_code))).status).toBe(200);
    },
  );

  it.each([
    ["5DJB-MJHT", "5"],
    ["WDJB-MJH2", "2"],
    ["8DJBMJHT", "8"],
    ["ADJB-MJHT", "A"],
    ["édjb-mjht", "É"],
    ["WDJB-MJHT5", "5"],
    ["WDJB-0MJHT", "0"],
    ["５DJBMJHT", "5"],
    ["ВDJB-MJHT", "В"],
  ])(
    "verification: names the character of %s that can't be in a code [RFC8628-6.1/2]",
    async (typed, character) => {
      const answer = await scanTyped(typed);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: "invalid_request",
        detail: expect.stringMatching(`^${character} can't be in a code`),
      });
    },
  );

  it("verification: counts a text that can't be a code as no try [RFC8628-6.1/3]", async () => {
    const worker = workerWithLimits();
    const device = await beginDevice();
    const type = (user_code: string) => {
      const headers = { "Content-Type": "application/json", "CF-Connecting-IP": "203.0.113.80" };
      const init = { method: "POST", headers, body: JSON.stringify({ user_code }) };
      const request = new Request(`${ISSUER}/sessions/scan`, init);
      return app.fetch(request, worker, createExecutionContext());
    };
    // All begin like the right code, so that the same object would count them.
    const first = device.user_code.charAt(0);
    for (const rest of ["5JB-MJHT", "VVDJB-MJHT", "", "ADJB-MJH", "8", "DJB-MJ", "É"]) {
      for (let i = 0; i < 5; i++) expect((await type(`${first}${rest}`)).status).toBe(400);
    }
    expect(worker.USER_CODE_LIMIT.counts.size).toBe(0);
    expect((await type(device.user_code)).status).toBe(200);
    expect(worker.USER_CODE_LIMIT.counts.size).toBeGreaterThan(0);
  });

  it("verification: re-renders on found but expired code: answers 410 to the phone", async () => {
    const device = await beginDevice();
    setClock(Date.now() + DEVICE_TTL + 1000);
    expect(await problemOf(await scanTyped(device.user_code))).toEqual([410, "session_expired"]);
  });

  it("verification: re-renders on already user code: answers 409 to a second phone", async () => {
    const device = await beginDevice();
    await typeCode(device);
    expect(await problemOf(await scanTyped(device.user_code))).toEqual([409, "already_scanned"]);
  });

  it("verification: accepts an abort command", async () => {
    const device = await beginDevice();
    const scan_token = await typeCode(device);
    const denied = await post(`/sessions/${device.session_id}/deny`, { scan_token });
    expect(denied.status).toBe(200);
    expect(await poll(device)).toBe("access_denied");
  });
});

describe("the device code grant", () => {
  it("device_code: responds with authorization_pending, and slow_down, for 20 polls [RFC8628-3.5/6]", async () => {
    const device = await beginDevice();
    const start = Date.now();
    let now = start;
    for (const wait of [0, 5, 4, 1, 30, 40, 5, 60, 60, 60, 2, 60, 60, 1, 1, 1, 60, 60, 60, 20]) {
      now += wait * 1000;
      expect(["authorization_pending", "slow_down"]).toContain(await poll(device, now));
      const other = await pollDevice(device.device_code, { client_id: "shop" });
      expect((await other.json<{ error: string }>()).error).toMatch(/^invalid_/);
    }
    expect(now).toBeLessThan(start + DEVICE_TTL);
    await approveDevice(device);
    expect(await poll(device)).toBe("tokens");
  });

  it("device_code: code being found", async () => {
    const unknown = await pollDevice(`${madeUp()}.${madeUp()}`);
    expect(await problemOf(unknown)).toEqual([400, "invalid_grant"]);
    const device = await beginDevice();
    await approveDevice(device);
    expect(await poll(device)).toBe("tokens");
  });

  it("device_code: code belongs to client", async () => {
    const worker = withClients({ client_id: "screen" }, { client_id: "other" });
    const device = await beginDevice();
    await approveDevice(device);
    const other = new RelyingParty(worker, "other");
    const stolen = await other.post("/token", {
      grant_type: GRANT,
      device_code: device.device_code,
    });
    expect(await problemOf(stolen)).toEqual([400, "invalid_grant"]);
    expect(await poll(device)).toBe("tokens");
  });

  it("device_code: validates account is still there", async () => {
    const phone = await TestPhone.signUp();
    const device = await beginDevice();
    await approveDevice(device, phone.sub);
    expect((await phone.delete("/account", {})).status).toBe(204);
    expect(await poll(device)).toMatch(/^(access_denied|invalid_grant)$/);
    expect(await poll(device)).not.toBe("tokens");
  });

  it("device_code: responds with a custom error if one is resolved with", async () => {
    const device = await beginDevice();
    using denied = await objectOf(device).deny(await typeCode(device));
    expect(denied.ok).toBe(true);
    expect(await poll(device)).toBe("access_denied");
  });

  it("device_code: consumes the code, validates code is not already used", async () => {
    const device = await beginDevice();
    await approveDevice(device);
    const { access_token } = await (await pollDevice(device.device_code)).json<TokenResponse>();
    expect(await poll(device, Date.now() + 61_000)).toBe("invalid_grant");
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
  });
});

describe("the lifetime of a device code", () => {
  it("device_code: validates code is not expired", async () => {
    const device = await beginDevice();
    const start = Date.now();
    expect(await poll(device, start + DEVICE_TTL - 1000)).toBe("authorization_pending");
    expect(await poll(device, start + DEVICE_TTL)).toBe("expired_token");
    expect(await poll(device, start + DEVICE_TTL + 3_600_000)).toBe("expired_token");
  });

  it("device_code: a code that was approved early can be redeemed for all of its expires_in [RFC8628-3.2/3]", async () => {
    const device = await beginDevice();
    const start = Date.now();
    await approveDevice(device);
    expect(await poll(device, start + DEVICE_TTL - 1000)).toBe("tokens");
    const other = await beginDevice();
    await approveDevice(other);
    expect(await poll(other, Date.now() + DEVICE_TTL)).toBe("expired_token");
  });

  it.each([
    [5, "tokens"],
    [60, "tokens"],
    [119, "tokens"],
    [120, "expired_token"],
    [130, "expired_token"],
  ])(
    "device_code: a code approved in its last second and polled %i seconds later gives %s [RFC8628-3.2/4]",
    async (wait, expected) => {
      const device = await beginDevice();
      const approvedAt = Date.now() + DEVICE_TTL - 1000;
      setClock(approvedAt);
      await approveDevice(device);
      expect(await poll(device, approvedAt + wait * 1000)).toBe(expected);
    },
  );

  it("device_code: a person has time to create an account before the code expires", async () => {
    const device = await beginDevice();
    setClock(Date.now() + 300_000);
    const phone = await TestPhone.signUp();
    const answer = await phone.post("/sessions/scan", { user_code: device.user_code });
    const { scan_token } = await answer.json<{ scan_token: string }>();
    setClock(Date.now() + 120_000);
    const path = `/sessions/${device.session_id}/approve`;
    expect((await phone.post(path, { scan_token })).status).toBe(200);
    expect(await poll(device)).toBe("tokens");
  });
});

describe("a device with a key", () => {
  /** Polls with a proof. */
  async function redeem(device: DeviceAnswer, key: DpopKey): Promise<TokenResponse> {
    const headers = { DPoP: await key.proof() };
    const form = { grant_type: GRANT, device_code: device.device_code };
    const answer = await new RelyingParty(env, "screen").post("/token", form, headers);
    if (answer.status !== 200) throw new Error(await answer.text());
    return await answer.json<TokenResponse>();
  }

  it("device_code dpop: binds the access token to the jwk", async () => {
    const key = await DpopKey.make();
    const device = await beginDevice();
    await approveDevice(device);
    const tokens = await redeem(device, key);
    expect(tokens.token_type).toBe("DPoP");
    expect(decodeJwt(tokens.access_token)).toMatchObject({ cnf: { jkt: key.jkt } });
  });

  it("device_code dpop: binds the refresh token to the jwk for public clients", async () => {
    const [key, other] = [await DpopKey.make(), await DpopKey.make()];
    const device = await beginDevice({ scope: "openid offline_access" });
    await approveDevice(device);
    const { refresh_token = "" } = await redeem(device, key);
    const screen = new RelyingParty(env, "screen");
    for (const headers of [{}, { DPoP: await other.proof() }]) {
      const answer = await screen.refresh(refresh_token, {}, headers);
      expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    }
    const right = await screen.refresh(refresh_token, {}, { DPoP: await key.proof() });
    expect(right.status).toBe(200);
  });
});

it("device_authorization: verification_uri_complete holds the code that the phone shows for comparison", async () => {
  const device = await beginDevice();
  const uri = new URL(device.verification_uri_complete ?? "");
  expect(uri.searchParams.get("user_code")).toBe(device.user_code);
  expect((await askForDevice()).status).toBe(200);
});

function toFullWidth(text: string): string {
  return Array.from(text, (character) =>
    String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0),
  ).join("");
}
