import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { LogLine } from "../../src/telemetry/log-line.ts";
import { post } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { openSocket } from "../support/watchers.ts";

/** Anybody can begin a login, and then send messages to it over its own WebSocket, as many and as fast as they want. */

const log = vi.spyOn(console, "info").mockImplementation(() => undefined);
afterEach(() => log.mockClear());

const DIGITS = '{"type":"match","code":"1234"}';

const refusals = () =>
  log.mock.calls
    .map(([line]): LogLine => JSON.parse(String(line)))
    .filter(({ event }) => event === "session_refused");

async function connected(
  login: TestScreen,
): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = await openSocket(login);
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code), { once: true }),
  );
  socket.accept();
  return { socket, closed };
}

describe("a screen that floods its own session", () => {
  it("closes the WebSocket with 1008 after ten messages, and writes no log line for them [ATTACK-flooding-screen]", async () => {
    const login = await TestScreen.begin();
    const { socket, closed } = await connected(login);
    for (let i = 0; i < 200; i++) socket.send(DIGITS);
    expect(await closed).toBe(1008);
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
    expect(refusals()).toEqual([]);
  });

  it("counts the messages of a connection also while the session is not in memory", async () => {
    const login = await TestScreen.begin();
    const { socket, closed } = await connected(login);
    for (let i = 0; i < 6; i++) socket.send(DIGITS);
    // Messages and requests arrive in order.
    await login.snapshot();
    await evictDurableObject(login.stub);
    for (let i = 0; i < 5; i++) socket.send(DIGITS);
    expect(await closed).toBe(1008);
  });

  it("carries out no message after the tenth", async () => {
    const login = await TestScreen.begin();
    const { socket, closed } = await connected(login);
    for (let i = 0; i < 10; i++) socket.send(DIGITS);
    socket.send('{"type":"cancel"}');
    expect(await closed).toBe(1008);
    expect(await login.snapshot()).toMatchObject({ status: "pending" });
  });

  it("writes no log line for digits that it posts while none are required", async () => {
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}/match`;
    expect((await post(path, { code: "1234" }, login.bearer)).status).toBe(409);
    expect(refusals()).toEqual([]);
  });
});
