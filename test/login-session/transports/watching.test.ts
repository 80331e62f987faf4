import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it } from "vitest";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { api, post, redeem } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { letTimePass, restoreClock } from "../../support/time.ts";
import { longPoll, sse, websocket, type Watching } from "../../support/watchers.ts";

afterEach(restoreClock);

const evict = (login: TestScreen) => evictDurableObject(login.stub);

describe.each([
  ["WebSocket", websocket],
  ["server-sent events", sse],
  ["long poll", longPoll],
])("watching by %s", (_, watch) => {
  it("sends the snapshot at once, then each change, then the end", async () => {
    const login = await TestScreen.begin();
    const screen = await watch(login);
    expect(await screen.next()).toEqual({
      session_id: login.created.session_id,
      version: 1,
      status: "pending",
      expires_at: login.created.expires_at,
    });
    const scanToken = await login.scan();
    expect(await screen.next()).toMatchObject({ version: 2, status: "scanned" });
    await login.approve(scanToken);
    const approved = await screen.next();
    expect(approved).toMatchObject({ version: 3, status: "approved" });
    expect((await redeem(approved?.code ?? "")).status).toBe(200);
    expect(await screen.next()).toMatchObject({ version: 4, status: "redeemed" });
    expect(await screen.next()).toBeUndefined();
  });

  it("continues after an eviction between any two steps", async () => {
    const login = await TestScreen.begin();
    await evict(login);
    const screen = await watch(login);
    expect(await screen.next()).toMatchObject({ status: "pending" });
    const scanned = screen.next();
    await evict(login);
    const scanToken = await login.scan();
    expect(await scanned).toMatchObject({ status: "scanned" });
    const approved = screen.next();
    await evict(login);
    await login.approve(scanToken);
    const { code } = (await approved) ?? {};
    const redeemed = screen.next();
    await evict(login);
    expect((await redeem(code ?? "")).status).toBe(200);
    expect(await redeemed).toMatchObject({ status: "redeemed" });
    expect(await screen.next()).toBeUndefined();
  });

  it("sends a denial to a watcher whatever was evicted [QR-LOGIN-7]", async () => {
    const login = await TestScreen.begin();
    const screen = await watch(login);
    await screen.next();
    const scanToken = await login.scan();
    await screen.next();
    const denied = screen.next();
    await evict(login);
    await post(`/sessions/${login.created.session_id}/deny`, { scan_token: scanToken });
    expect(await denied).toMatchObject({ version: 3, status: "denied" });
    expect(await screen.next()).toBeUndefined();
  });

  it("sends a cancellation by another connection", async () => {
    const login = await TestScreen.begin();
    const screen = await watch(login);
    await screen.next();
    const cancelled = screen.next();
    await post(`/sessions/${login.created.session_id}/cancel`, {}, login.bearer);
    expect(await cancelled).toMatchObject({ version: 2, status: "cancelled" });
    expect(await screen.next()).toBeUndefined();
  });

  it("sends the expiry by the alarm of an evicted object", async () => {
    const login = await TestScreen.begin();
    const screen = await watch(login);
    await screen.next();
    const expired = screen.next();
    // Another request first, so that a long poll is held by the object when its time is over.
    await api(`/sessions/${login.created.session_id}`, { headers: login.bearer });
    await evict(login);
    await letTimePass(login.stub, Date.parse(login.created.expires_at));
    expect(await expired).toMatchObject({ version: 2, status: "expired" });
    expect(await screen.next()).toBeUndefined();
  });

  it("misses no snapshot and repeats none after a reconnection", async () => {
    const login = await TestScreen.begin();
    const seen: (Snapshot | undefined)[] = [];
    let screen: Watching = await watch(login);
    seen.push(await screen.next());
    await screen.stop();

    const scanToken = await login.scan();
    screen = await watch(login, 1);
    seen.push(await screen.next());
    await screen.stop();

    await login.approve(scanToken);
    await evict(login);
    screen = await watch(login, 2);
    const approved = await screen.next();
    seen.push(approved);
    await screen.stop();

    // The end comes while nobody watches, and is told to whoever comes back for it.
    await redeem(approved?.code ?? "");
    screen = await watch(login, 3);
    seen.push(await screen.next());
    expect(seen.map((snapshot) => [snapshot?.version, snapshot?.status])).toEqual([
      [1, "pending"],
      [2, "scanned"],
      [3, "approved"],
      [4, "redeemed"],
    ]);
    expect(await screen.next()).toBeUndefined();
  });

  it("sends all watchers the same", async () => {
    const login = await TestScreen.begin();
    const screens = await Promise.all([watch(login), watch(login), watch(login)]);
    await Promise.all(screens.map((screen) => screen.next()));
    const told = Promise.all(screens.map((screen) => screen.next()));
    await login.scan();
    const [first, ...others] = await told;
    expect(first).toMatchObject({ status: "scanned" });
    for (const other of others) expect(other).toEqual(first);
    await Promise.all(screens.map((screen) => screen.stop()));
  });
});
