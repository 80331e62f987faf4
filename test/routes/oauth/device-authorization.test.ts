import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { hmacSha256, sha256 } from "../../../src/lib/digest.ts";
import { decodeTrustedBase64url } from "../../../src/lib/base64url.ts";
import { periodAt, rotatingCode } from "../../../src/login-session/domain/rotating-code.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { api, ISSUER, madeUp, post, problemOf, redeem } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";
import {
  approveDevice,
  askForDevice,
  beginDevice,
  objectOf,
  pollDevice,
  typeCode,
  type DeviceAnswer,
} from "../../support/devices.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { restoreClock, setClock } from "../../support/time.ts";
import { eventsOf } from "../../support/watchers.ts";

vi.spyOn(console, "warn").mockImplementation(() => undefined);

afterEach(restoreClock);

/** The result of a poll. */
async function told(device: DeviceAnswer, at?: number): Promise<string> {
  if (at !== undefined) setClock(at);
  const answer = await pollDevice(device.device_code);
  const body = await answer.json<{ error?: string; access_token?: string }>();
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  expect(answer.status).toBe(body.error === undefined ? 200 : 400);
  return body.error ?? "tokens";
}

const whoIs = (token: string) =>
  api("/userinfo", { headers: { Authorization: `Bearer ${token}` } });

describe("a device that begins", () => {
  it("returns all members of RFC 8628 §3.2 and where to watch [RFC8628-3.2]", async () => {
    const answer = await askForDevice({ scope: "openid profile" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const device = await answer.json<DeviceAnswer>();
    expect(device).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${ISSUER}/phone`,
      verification_uri_complete: `${ISSUER}/phone?user_code=${device.user_code}`,
      expires_in: env.DEVICE_TTL,
      interval: 5,
      session_id: expect.stringMatching(/^[\w-]{43}$/),
      watch_token: expect.stringMatching(/^[\w-]{43}$/),
      events_endpoint: `${ISSUER}/sessions/${device.session_id}/events`,
    });
  });

  it("polls until the owner has approved and gets tokens [RFC8628-3.4]", async () => {
    const device = await beginDevice({ scope: "openid profile" });
    const now = Date.now();
    expect(await told(device, now)).toBe("authorization_pending");
    const scanToken = await typeCode(device);
    expect(await told(device, now + 5000)).toBe("authorization_pending");
    using approved = await objectOf(device).approve(scanToken, {
      account: { sub: "ada", name: "Ada" },
      device: {},
    });
    expect(approved.ok).toBe(true);

    const answer = await pollDevice(device.device_code);
    expect(answer.status).toBe(200);
    const tokens = await answer.json<TokenResponse>();
    expect(tokens).toMatchObject({ token_type: "Bearer", scope: "openid profile" });
    expect(tokens.id_token).toBeDefined();
    expect(await (await whoIs(tokens.access_token)).json()).toEqual({ sub: "ada", name: "Ada" });
  });

  it("lets a device watch its session without a code in the snapshot", async () => {
    const device = await beginDevice();
    const stream = eventsOf(
      await api(new URL(device.events_endpoint).pathname, {
        headers: { Authorization: `Bearer ${device.watch_token}` },
      }),
    );
    const next = async (): Promise<Snapshot> => {
      for (;;) {
        const { value } = await stream.read();
        if (!value) throw new Error("the stream has ended");
        if (value.event === "status") return JSON.parse(value.data);
      }
    };
    expect(await next()).toMatchObject({ status: "pending" });
    const scanToken = await typeCode(device);
    expect(await next()).toMatchObject({ status: "scanned" });
    using approved = await objectOf(device).approve(scanToken, {
      account: { sub: "ada" },
      device: {},
    });
    expect(approved.ok).toBe(true);
    const last = await next();
    expect(last.status).toBe("approved");
    expect(last.code).toBeUndefined();
    expect(await told(device)).toBe("tokens");
    await stream.cancel();
  });

  it("lets a device cancel its session", async () => {
    const device = await beginDevice();
    const headers = { Authorization: `Bearer ${device.watch_token}` };
    const path = `/sessions/${device.session_id}/cancel`;
    expect((await api(path, { method: "POST", headers })).status).toBe(204);
    expect(await told(device)).toBe("access_denied");
  });
});

describe("the request that the phone shows", () => {
  it("shows the phone that a device asks [RFC8628-3.3]", async () => {
    const issuer = await TestIssuer.start();
    const withIssuer = { ...env, ISSUERS: [issuer.trusted] };
    const device = await beginDevice();
    const answer = await app.fetch(
      new Request(`${ISSUER}/sessions/scan`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${await issuer.token()}`,
        },
        body: JSON.stringify({ user_code: device.user_code }),
      }),
      withIssuer,
    );
    expect(await answer.json()).toMatchObject({
      client: { client_id: "screen" },
      request: { grant: "device_code", scope: "openid" },
    });
  });
});

describe("polls that come too often", () => {
  it("answers slow_down and adds five seconds to the interval each time [RFC8628-3.5/4]", async () => {
    const device = await beginDevice();
    const now = Date.now();
    expect(await told(device, now)).toBe("authorization_pending");
    expect(await told(device, now + 1000)).toBe("slow_down");
    expect(await told(device, now + 6000)).toBe("slow_down");
    expect(await told(device, now + 16_000)).toBe("slow_down");
    expect(await told(device, now + 36_000)).toBe("authorization_pending");
  });

  it("answers slow_down after the object was evicted", async () => {
    const device = await beginDevice();
    const now = Date.now();
    await told(device, now);
    expect(await told(device, now + 1000)).toBe("slow_down");
    expect(await told(device, now + 2000)).toBe("slow_down");
    await evictDurableObject(objectOf(device));
    expect(await told(device, now + 13_000)).toBe("slow_down");
    await evictDurableObject(objectOf(device));
    expect(await told(device, now + 33_000)).toBe("authorization_pending");
    await evictDurableObject(objectOf(device));
    expect(await told(device, now + 43_000)).toBe("slow_down");
  });

  it("answers a poll that is too fast with the tokens if the login is approved", async () => {
    const device = await beginDevice();
    await told(device);
    expect(await told(device)).toBe("slow_down");
    await approveDevice(device);
    expect(await told(device)).toBe("tokens");
  });

  it("writes nothing for polls at the allowed interval", async () => {
    const device = await beginDevice();
    const now = Date.now();
    await told(device, now);
    await told(device, now + 5000);
    const rows = await runInDurableObject(objectOf(device), (_, { storage }) =>
      Array.from(storage.kv.list(), ([key]) => key),
    );
    expect(rows).toEqual(["session"]);
  });

  it("does not count another client's polls", async () => {
    const device = await beginDevice();
    await told(device);
    const { session_id } = device;
    expect(await problemOf(await pollDevice(`${session_id}.${madeUp()}`))).toEqual([
      400,
      "invalid_grant",
    ]);
    expect(await told(device, Date.now() + 5000)).toBe("authorization_pending");
  });
});

describe("the end of a device's login", () => {
  it("answers access_denied after a denial [RFC8628-3.5/2]", async () => {
    const device = await beginDevice();
    const scanToken = await typeCode(device);
    using denied = await objectOf(device).deny(scanToken);
    expect(denied.ok).toBe(true);
    expect(await told(device)).toBe("access_denied");
  });

  it("answers expired_token after the expiry [RFC8628-3.5/3]", async () => {
    const device = await beginDevice();
    expect(await told(device, Date.now() + env.DEVICE_TTL * 1000)).toBe("expired_token");
  });

  it("redeems an approved device code until it expires", async () => {
    const device = await beginDevice();
    const now = Date.now();
    setClock(now + 30_000);
    await approveDevice(device);
    expect(await told(device, now + 119_000)).toBe("tokens");
  });

  it("revokes the login when a device code is reused after a minute (RFC 6749 §4.1.2)", async () => {
    const device = await beginDevice();
    await approveDevice(device);
    const { access_token } = await (await pollDevice(device.device_code)).json<TokenResponse>();
    expect((await whoIs(access_token)).status).toBe(200);
    expect(await told(device, Date.now() + 60_000)).toBe("invalid_grant");
    expect((await whoIs(access_token)).status).toBe(401);
  });
});

describe("a device whose tokens were lost on the way", () => {
  const tokens = async (device: DeviceAnswer): Promise<TokenResponse> => {
    const answer = await pollDevice(device.device_code);
    expect(answer.status).toBe(200);
    return await answer.json<TokenResponse>();
  };

  it("returns the same login and refresh token for a repeated poll within a minute", async () => {
    const device = await beginDevice({ scope: "openid offline_access" });
    await approveDevice(device);
    const first = await tokens(device);
    setClock(Date.now() + 59_000);
    await evictDurableObject(objectOf(device));
    const again = await tokens(device);
    expect(again.refresh_token).toBe(first.refresh_token);
    for (const { access_token, id_token } of [first, again]) {
      expect(decodeJwt(id_token ?? "")).toMatchObject({ sid: device.session_id });
      expect((await whoIs(access_token)).status).toBe(200);
    }
  });

  it("creates one login for two simultaneous polls", async () => {
    const device = await beginDevice({ scope: "openid offline_access" });
    await approveDevice(device);
    const [first, second] = await Promise.all([tokens(device), tokens(device)]);
    expect(second.refresh_token).toBe(first.refresh_token);
  });

  it("shows the end of a login to its device until the session would have expired", async () => {
    const device = await beginDevice();
    await approveDevice(device);
    await tokens(device);
    await evictDurableObject(objectOf(device));
    const headers = { Authorization: `Bearer ${device.watch_token}` };
    const seen = await api(`/sessions/${device.session_id}`, { headers });
    expect(await seen.json()).toMatchObject({ status: "redeemed" });
  });
});

describe("a code of another grant", () => {
  it("rejects a device code with a verifier at the code grant [RFC9700-2.1.1/3]", async () => {
    const device = await beginDevice();
    await approveDevice(device);
    expect(await problemOf(await redeem(device.device_code))).toEqual([400, "invalid_grant"]);
    expect(await told(device)).toBe("tokens");
  });

  it("rejects a browser's code without its verifier as a device code", async () => {
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}`;
    const scanToken = await login.scan();
    await login.approve(scanToken);
    const { code } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
    expect(await problemOf(await pollDevice(code ?? ""))).toEqual([400, "invalid_grant"]);
    expect((await redeem(code ?? "")).status).toBe(200);
  });

  it("rejects a device's watch token as a device code", async () => {
    const device = await beginDevice();
    const code = `${device.session_id}.${device.watch_token}`;
    expect(await problemOf(await pollDevice(code))).toEqual([400, "invalid_grant"]);
  });

  it("rejects a browser's code before the approval as a device code", async () => {
    const { created } = await TestScreen.begin();
    const secret = await hmacSha256(created.watch_token, "qr-login.v1 authorization code");
    const polled = await pollDevice(`${created.session_id}.${secret}`);
    expect(await problemOf(polled)).toEqual([400, "invalid_grant"]);
  });
});

describe("a device's session can't be claimed by a rotating code", () => {
  it("rejects a rotating code for a device's session", async () => {
    const device = await beginDevice();
    for (const key of [device.watch_token, device.session_id, device.device_code.slice(44)]) {
      expect(decodeTrustedBase64url(key)).toHaveLength(32);
      const { t, mac } = await rotatingCode(key, device.session_id, periodAt(0));
      const answer = await post(`/sessions/${device.session_id}/scan`, { t, mac });
      expect(await problemOf(answer)).toEqual([403, "code_invalid"]);
    }
    await approveDevice(device);
    expect(await told(device)).toBe("tokens");
  });
});

describe("clients", () => {
  const SECRET = "correct horse battery staple";

  async function configured(): Promise<Env> {
    const hash = Array.from(decodeTrustedBase64url(await sha256(SECRET)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
    return {
      ...env,
      CLIENTS: [
        { client_id: "screen", name: "Screen" },
        { client_id: "other", name: "Other" },
        { client_id: "web-only", name: "Web", device_grant: false },
        { client_id: "careful", name: "Careful", prefilled_user_code: false },
        { client_id: "server", name: "Server", client_secret_sha256: hash },
      ],
    };
  }

  const ask = async (
    path: string,
    parameters: Record<string, string>,
    headers: HeadersInit = {},
  ) => {
    const body = new URLSearchParams(parameters);
    return await app.fetch(
      new Request(`${ISSUER}${path}`, { method: "POST", headers, body }),
      await configured(),
    );
  };
  const poll = (device: DeviceAnswer, parameters: Record<string, string>, headers?: HeadersInit) =>
    ask(
      "/token",
      {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: device.device_code,
        ...parameters,
      },
      headers,
    );

  it("gives neither codes nor tokens to a client without the device grant [QR-LOGIN-17]", async () => {
    const begun = await ask("/device_authorization", { client_id: "web-only" });
    expect(await problemOf(begun)).toEqual([400, "unauthorized_client"]);
    const device = await beginDevice();
    const polled = await poll(device, { client_id: "web-only" });
    expect(await problemOf(polled)).toEqual([400, "unauthorized_client"]);
  });

  it("gives no verification_uri_complete to a client that forbids it [QR-LOGIN-17/2]", async () => {
    const answer = await ask("/device_authorization", { client_id: "careful" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).not.toHaveProperty("verification_uri_complete");
  });

  it("rejects a device code issued to another client [RFC8628-3.4/3]", async () => {
    const device = await beginDevice();
    await approveDevice(device);
    expect(await problemOf(await poll(device, { client_id: "other" }))).toEqual([
      400,
      "invalid_grant",
    ]);
    expect(await told(device)).toBe("tokens");
  });

  it("answers invalid_grant to a poll with another client's device code", async () => {
    const device = await beginDevice();
    expect(await problemOf(await poll(device, { client_id: "other" }))).toEqual([
      400,
      "invalid_grant",
    ]);
  });

  it("requires a confidential client's secret at the start and at each poll of the device grant [RFC8628-3.1]", async () => {
    const basic = { Authorization: `Basic ${btoa(`server:${SECRET.replaceAll(" ", "+")}`)}` };
    expect(await problemOf(await ask("/device_authorization", { client_id: "server" }))).toEqual([
      401,
      "invalid_client",
    ]);
    const begun = await ask("/device_authorization", {}, basic);
    expect(begun.status).toBe(200);
    const device = await begun.json<DeviceAnswer>();
    expect(await problemOf(await poll(device, { client_id: "server" }))).toEqual([
      401,
      "invalid_client",
    ]);
    expect(await problemOf(await poll(device, {}, basic))).toEqual([400, "authorization_pending"]);
    await approveDevice(device);
    expect((await poll(device, {}, basic)).status).toBe(200);
  });
});

describe("an invalid device request", () => {
  const FORM = "application/x-www-form-urlencoded";
  const form = (path: string, body: string, type = FORM): Promise<Response> =>
    api(path, { method: "POST", headers: { "Content-Type": type }, body });

  it.each<[string, string, number, string]>([
    ["nothing", "", 400, "invalid_request"],
    ["an empty client_id", "client_id=", 400, "invalid_request"],
    ["an unknown client", "client_id=nobody", 401, "invalid_client"],
    ["a client twice", "client_id=screen&client_id=screen", 400, "invalid_request"],
    [
      "a scope twice [RFC8628-3.1/2]",
      "client_id=screen&scope=openid&scope=openid",
      400,
      "invalid_request",
    ],
    ["an unknown parameter twice", "client_id=screen&x=1&x=2", 400, "invalid_request"],
    [
      "only scopes that mean nothing here",
      "client_id=screen&scope=read+write",
      400,
      "invalid_scope",
    ],
    ["a scope that isn't one", "client_id=screen&scope=openid%22", 400, "invalid_scope"],
    ["a scope of spaces", "client_id=screen&scope=+", 400, "invalid_scope"],
    ["a body of 8 kB and more", `client_id=screen&x=${"x".repeat(8192)}`, 400, "invalid_request"],
    ["a secret that isn't registered", "client_id=screen&client_secret=x", 401, "invalid_client"],
  ])("rejects a device authorization request with %s", async (_, body, status, error) => {
    const answer = await form("/device_authorization", body);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await problemOf(answer)).toEqual([status, error]);
  });

  it.each(["application/json", "multipart/form-data", "text/plain"])(
    "rejects a device authorization request with a body as %s",
    async (type) => {
      const answer = await form("/device_authorization", "client_id=screen", type);
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    },
  );

  it("grants the known scopes of a device request [RFC6749-3.3]", async () => {
    const answer = await form("/device_authorization", "client_id=screen&scope=openid++admin+");
    const device = await answer.json<DeviceAnswer>();
    await approveDevice(device);
    const tokens = await (await pollDevice(device.device_code)).json<TokenResponse>();
    expect(tokens.scope).toBe("openid");
  });

  const GRANT = "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=screen";
  it.each<[string, string, string]>([
    ["no code", GRANT, "invalid_request"],
    ["an empty code", `${GRANT}&device_code=`, "invalid_request"],
    ["a code twice", `${GRANT}&device_code=a&device_code=a`, "invalid_request"],
    ["a code that isn't one", `${GRANT}&device_code=code`, "invalid_grant"],
    ["a typed code", `${GRANT}&device_code=WDJB-MJHT`, "invalid_grant"],
    ["a long code", `${GRANT}&device_code=${"x".repeat(5000)}`, "invalid_grant"],
    ["a code that was never made", `${GRANT}&device_code=${madeUp()}.${madeUp()}`, "invalid_grant"],
  ])("rejects a poll with %s", async (_, body, error) => {
    expect(await problemOf(await form("/token", body))).toEqual([400, error]);
  });

  it.each(["GET", "PUT", "DELETE"])(
    "answers %s with 405 at /device_authorization",
    async (method) => {
      const answer = await api("/device_authorization", { method });
      expect(answer.headers.get("Allow")).toBe("POST");
      expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
    },
  );
});
