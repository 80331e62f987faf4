import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import { api, ISSUER, madeUp, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { letTimePass, restoreClock } from "../../support/time.ts";
import { openSocket, upgrade } from "../../support/watchers.ts";

afterEach(restoreClock);

const closing = (socket: WebSocket) =>
  new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
const message = (socket: WebSocket) =>
  new Promise<string>((resolve) =>
    socket.addEventListener("message", ({ data }) => resolve(String(data)), { once: true }),
  );

describe("the WebSocket", () => {
  it("chooses our subprotocol, and never the one with the token", async () => {
    const login = await TestScreen.begin();
    const answer = await api(`/sessions/${login.created.session_id}/socket`, {
      headers: {
        Upgrade: "websocket",
        "Sec-WebSocket-Protocol": `qr-login.v1, bearer.${login.created.watch_token}`,
      },
    });
    expect(answer.status).toBe(101);
    expect(answer.headers.get("Sec-WebSocket-Protocol")).toBe("qr-login.v1");
  });

  it("opens a WebSocket with the cookie of our own page", async () => {
    const login = await TestScreen.begin();
    const answer = await api(`/sessions/${login.created.session_id}/socket`, {
      headers: {
        Upgrade: "websocket",
        "Sec-WebSocket-Protocol": "qr-login.v1",
        Cookie: login.cookie,
        Origin: ISSUER,
      },
    });
    expect(answer.status).toBe(101);
  });

  it("responds to ping with pong without waking the object", async () => {
    const login = await TestScreen.begin();
    const socket = await openSocket(login);
    const first = message(socket);
    socket.accept();
    await first;
    await evictDurableObject(login.stub);
    const pong = message(socket);
    socket.send("ping");
    expect(await pong).toBe("pong");
    // Only an object that isn't running can't be evicted: the ping has woken nobody.
    await expect(evictDurableObject(login.stub)).rejects.toThrow();
  });

  it("accepts a cancellation, and closes with 1000 after the last snapshot", async () => {
    const login = await TestScreen.begin();
    const socket = await openSocket(login);
    const closed = closing(socket);
    socket.accept();
    await evictDurableObject(login.stub);
    socket.send('{"type":"cancel"}');
    expect(await closed).toMatchObject({ code: 1000, reason: "cancelled" });
  });

  it("closes the WebSocket with 4408 at expiry", async () => {
    const login = await TestScreen.begin();
    const socket = await openSocket(login);
    const closed = closing(socket);
    socket.accept();
    await letTimePass(login.stub, Date.parse(login.created.expires_at));
    expect(await closed).toMatchObject({ code: 4408 });
  });

  it.each([
    "hello",
    "{}",
    '{"type":"approve"}',
    '{"type":"cancel","now":true}',
    "x".repeat(5000),
    "null",
  ])("closes with 4400 for a malformed message (%.20s), and changes nothing", async (text) => {
    const login = await TestScreen.begin();
    const socket = await openSocket(login);
    const closed = closing(socket);
    socket.accept();
    socket.send(text);
    expect(await closed).toMatchObject({ code: 4400 });
    const snapshot = await api(`/sessions/${login.created.session_id}`, { headers: login.bearer });
    expect(await snapshot.json()).toMatchObject({ status: "pending", version: 1 });
  });

  it("closes with 4400 for a binary message", async () => {
    const socket = await openSocket(await TestScreen.begin());
    const closed = closing(socket);
    socket.accept();
    socket.send(new Uint8Array([1, 2, 3]));
    expect(await closed).toMatchObject({ code: 4400 });
  });

  it("refuses a WebSocket without a token, with a wrong one and from foreign origins [ASVS-4.4.3]", async () => {
    const login = await TestScreen.begin();
    const open = async (headers: HeadersInit) => problemOf(await upgrade(login, headers));
    expect(await open({ Authorization: "" })).toEqual([401, "watch_token_missing"]);
    expect(await open({ Authorization: `Bearer ${madeUp()}` })).toEqual([
      401,
      "watch_token_invalid",
    ]);
    expect(await open({ Origin: "https://evil.example" })).toEqual([403, "origin_not_allowed"]);
    expect(await open({ Origin: "null" })).toEqual([403, "origin_not_allowed"]);
    expect(await open({ "Sec-WebSocket-Protocol": "chat" })).toEqual([426, "upgrade_required"]);
    expect(await open({ Upgrade: "h2c" })).toEqual([426, "upgrade_required"]);
  });

  it("accepts sixteen watchers of a session and refuses the seventeenth [QR-LOGIN-15]", async () => {
    const login = await TestScreen.begin();
    const sockets = await Promise.all(Array.from({ length: 16 }, () => openSocket(login)));
    for (const socket of sockets) socket.accept();
    expect(await problemOf(await upgrade(login))).toEqual([429, "too_many_watchers"]);
    for (const socket of sockets) socket.close();
  });
});
