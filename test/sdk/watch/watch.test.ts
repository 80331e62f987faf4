import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LoginError } from "../../../src/sdk/login-error.ts";
import type {
  TransportMessage,
  WatchTarget,
  Transport,
} from "../../../src/sdk/transports/transport.ts";
import { watch, type WatchEvent } from "../../../src/sdk/watch/watch.ts";
import type { Snapshot, Status } from "../../../src/protocol/snapshot.ts";
import { SessionServer } from "../support/session-server.ts";

const ONE_HOUR = () => 3_600_000;

/** For `vi.waitFor`: no test measures time. */
const LONG_WAIT = { timeout: 30_000 };

/** Records the events of a watch in short form, until it ends. */
function record(events: AsyncIterable<WatchEvent>) {
  const seen: string[] = [];
  const end = (async () => {
    for await (const event of events) seen.push(summaryOf(event));
  })();
  // A test that expects an error awaits `end`.
  end.catch(() => undefined);
  return { seen, end };
}

function summaryOf(event: WatchEvent): string {
  if (event.type === "transport") return event.transport;
  if (event.type === "connection") return event.connected ? "connected" : "lost";
  return `${event.snapshot.status} ${event.snapshot.version}`;
}

describe("over real connections", () => {
  it.each(["websocket", "sse", "poll"] as const)(
    "%s: yields every snapshot to the end",
    async (transport) => {
      await using server = await SessionServer.start();
      const { seen, end } = record(watch(server.target, { transport, timeLeft: ONE_HOUR }));
      await expect.poll(() => seen).toContain("pending 1");
      server.advance("scanned");
      await expect.poll(() => seen).toContain("scanned 2");
      server.advance("denied");
      await end;
      expect(seen).toEqual([transport, "connected", "pending 1", "scanned 2", "denied 3"]);
    },
  );

  it.each(["websocket", "sse", "poll"] as const)(
    "%s: yields what it missed after a reconnect, and nothing twice",
    async (transport) => {
      await using server = await SessionServer.start();
      const { seen, end } = record(watch(server.target, { transport, timeLeft: ONE_HOUR }));
      await expect.poll(() => seen).toContain("pending 1");
      // The second poll is under way, so the cut breaks it.
      if (transport === "poll") await expect.poll(() => server.ways.length).toBe(2);
      server.cut();
      server.advance("scanned");
      await expect.poll(() => seen).toContain("scanned 2");
      server.advance("expired");
      await end;
      expect(seen).toEqual([
        transport,
        "connected",
        "pending 1",
        "lost",
        "connected",
        "scanned 2",
        "expired 3",
      ]);
    },
  );

  it("falls back from refused transports to one that works", async () => {
    await using server = await SessionServer.start();
    server.refuse("socket");
    server.refuse("events", { status: 403 });
    const over = new AbortController();
    const { seen, end } = record(watch(server.target, { signal: over.signal, timeLeft: ONE_HOUR }));
    await expect.poll(() => seen).toContain("connected");
    over.abort();
    await end;
    // The snapshot of the request that checks whether the server can be reached.
    expect(seen).toEqual(["websocket", "pending 1", "sse", "poll", "connected"]);
  });

  it("keeps a forced transport although it is refused", async () => {
    await using server = await SessionServer.start();
    server.refuse("socket");
    const over = new AbortController();
    const options = { transport: "websocket", signal: over.signal, timeLeft: ONE_HOUR } as const;
    const { seen, end } = record(watch(server.target, options));
    const tries = () => server.ways.filter((way) => way === "socket").length;
    await expect.poll(tries).toBeGreaterThanOrEqual(3);
    server.admit("socket");
    await expect.poll(() => seen).toContain("connected");
    over.abort();
    await end;
    expect(seen).toEqual(["websocket", "pending 1", "connected"]);
  });

  it.each([
    ["websocket", 404, "session_not_found"],
    ["sse", 401, "watch_token_invalid"],
    ["poll", 403, "origin_not_allowed"],
  ] as const)("%s: throws a final error, %i", async (transport, status, code) => {
    await using server = await SessionServer.start();
    server.refuse("socket");
    server.refuse("events", { status, code });
    server.refuse("poll", { status, code });
    const { end } = record(watch(server.target, { transport, timeLeft: ONE_HOUR }));
    await expect(end).rejects.toMatchObject({ name: "LoginFailure", code, status });
  });

  it.each(["websocket", "sse", "poll"] as const)(
    "%s: infers `expired` for a deleted session",
    async (transport) => {
      await using server = await SessionServer.start();
      const forgotten = { status: 410, code: "session_expired" };
      server.refuse("socket");
      server.refuse("events", forgotten);
      server.refuse("poll", forgotten);
      const { seen, end } = record(watch(server.target, { transport, timeLeft: ONE_HOUR }));
      await end;
      expect(seen).toEqual([transport, "expired 1"]);
    },
  );

  it.each(["websocket", "sse", "poll"] as const)(
    "%s: infers `redeemed` for a deleted session that was approved",
    async (transport) => {
      await using server = await SessionServer.start();
      const { seen, end } = record(watch(server.target, { transport, timeLeft: ONE_HOUR }));
      await expect.poll(() => seen).toContain("pending 1");
      server.advance("approved", "the-code");
      await expect.poll(() => seen).toContain("approved 2");
      const forgotten = { status: 410, code: "session_expired" };
      server.refuse("socket");
      server.refuse("events", forgotten);
      server.refuse("poll", forgotten);
      server.cut();
      await end;
      expect(seen.at(-1)).toBe("redeemed 3");
    },
  );

  it.each(["sse", "poll"] as const)("%s: reconnects to a busy server", async (transport) => {
    await using server = await SessionServer.start();
    server.refuse("events", { status: 503, code: "internal_error" });
    server.refuse("poll", { status: 429, code: "too_many_watchers" });
    const over = new AbortController();
    const options = { transport, signal: over.signal, timeLeft: ONE_HOUR };
    const { seen, end } = record(watch(server.target, options));
    await expect.poll(() => server.requests.length).toBeGreaterThanOrEqual(2);
    server.admit("events");
    server.admit("poll");
    await expect.poll(() => seen).toContain("pending 1");
    over.abort();
    await end;
  });
});

describe("with time passing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const nowhere: WatchTarget = { issuer: "http://127.0.0.1:9", sessionId: "s", watchToken: "w" };
  const snapshot = (status: Status, version: number): Snapshot => ({
    session_id: "s",
    version,
    status,
    expires_at: "2026-11-22T17:02:00.000Z",
  });

  /** A transport that yields these messages, the next ones at each connection, and then stays silent. */
  function scripted(...connections: TransportMessage[][]) {
    const opened: number[] = [];
    const transport: Transport = {
      idleTimeout: 30_000,
      async *connect(_, signal) {
        opened.push(Date.now());
        yield* connections[opened.length - 1] ?? [];
        await new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        });
      },
    };
    return { opened, transports: { websocket: transport, sse: transport, poll: transport } };
  }

  it("replaces a connection that falls silent", async () => {
    const { opened, transports } = scripted([snapshot("pending", 1)], [snapshot("scanned", 2)]);
    const over = new AbortController();
    const options = { transport: "poll", signal: over.signal, timeLeft: ONE_HOUR } as const;
    const { seen, end } = record(watch(nowhere, options, transports));
    await vi.advanceTimersByTimeAsync(29_000);
    expect(opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(opened).toHaveLength(2);
    expect(seen).toEqual(["poll", "connected", "pending 1", "lost", "connected", "scanned 2"]);
    over.abort();
    await end;
  });

  it("replaces a connection without a first message sooner", async () => {
    const { opened, transports } = scripted([], [snapshot("pending", 1)]);
    const over = new AbortController();
    const options = { transport: "poll", signal: over.signal, timeLeft: ONE_HOUR } as const;
    const { seen, end } = record(watch(nowhere, options, transports));
    await vi.advanceTimersByTimeAsync(12_000);
    expect(opened).toHaveLength(2);
    expect(seen).toContain("pending 1");
    over.abort();
    await end;
  });

  it("falls back from a transport that delivers nothing", async () => {
    await using server = await SessionServer.start();
    const silent = scripted();
    const working = scripted([snapshot("scanned", 2)]);
    const transports = { ...silent.transports, sse: working.transports.sse };
    const over = new AbortController();
    const options = { signal: over.signal, timeLeft: ONE_HOUR };
    const { seen, end } = record(watch(server.target, options, transports));
    // Each time it checks by a plain request whether the server can be reached.
    for (const asked of [1, 2]) {
      await vi.advanceTimersByTimeAsync(10_000);
      await vi.waitFor(() => expect(server.ways).toHaveLength(asked), LONG_WAIT);
    }
    await vi.waitFor(() => expect(seen).toContain("scanned 2"), LONG_WAIT);
    expect(seen).toEqual(["websocket", "pending 1", "sse", "connected", "scanned 2"]);
    over.abort();
    await end;
  });

  it("drops older and repeated snapshots", async () => {
    const { transports } = scripted([
      snapshot("pending", 1),
      snapshot("scanned", 2),
      snapshot("pending", 1),
      snapshot("scanned", 2),
      snapshot("denied", 3),
    ]);
    const { seen, end } = record(watch(nowhere, { timeLeft: ONE_HOUR }, transports));
    await vi.advanceTimersByTimeAsync(0);
    await end;
    expect(seen).toEqual(["websocket", "connected", "pending 1", "scanned 2", "denied 3"]);
  });

  it("infers `expired` after the session's time", async () => {
    const { transports } = scripted([snapshot("pending", 1)]);
    const endsAt = Date.now() + 10_000;
    const timeLeft = () => endsAt - Date.now();
    const { seen, end } = record(watch(nowhere, { transport: "poll", timeLeft }, transports));
    await vi.advanceTimersByTimeAsync(13_000);
    expect(seen.at(-1)).toBe("pending 1");
    await vi.advanceTimersByTimeAsync(3000);
    await end;
    expect(seen.at(-1)).toBe("expired 2");
  });

  it("infers `expired` after the session's time without any snapshot", async () => {
    const { transports } = scripted();
    const endsAt = Date.now() + 10_000;
    const timeLeft = () => endsAt - Date.now();
    const { seen, end } = record(watch(nowhere, { transport: "poll", timeLeft }, transports));
    await vi.advanceTimersByTimeAsync(16_000);
    await end;
    expect(seen).toEqual(["poll", "expired 1"]);
  });

  it("waits for the lifetime of the code after an approval", async () => {
    const { transports } = scripted([snapshot("approved", 3)]);
    const endsAt = Date.now() + 10_000;
    const timeLeft = () => endsAt - Date.now();
    const { seen, end } = record(watch(nowhere, { transport: "poll", timeLeft }, transports));
    await vi.advanceTimersByTimeAsync(25_000);
    expect(seen).not.toContain("expired 4");
    await vi.advanceTimersByTimeAsync(45_000);
    await end;
    expect(seen.at(-1)).toBe("expired 4");
  });

  it("waits as long as Retry-After says", async () => {
    let tries = 0;
    const busy: Transport = {
      idleTimeout: 30_000,
      // oxlint-disable-next-line eslint/require-yield -- it never gets so far
      async *connect() {
        tries += 1;
        throw new LoginError("too_many_watchers", "", { status: 429, retryAfter: 20_000 });
      },
    };
    const transports = { websocket: busy, sse: busy, poll: busy };
    const over = new AbortController();
    const options = { transport: "poll", signal: over.signal, timeLeft: ONE_HOUR } as const;
    const { end } = record(watch(nowhere, options, transports));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tries).toBe(2);
    over.abort();
    await end;
  });

  it("ends at once when it is aborted", async () => {
    const { transports } = scripted([snapshot("pending", 1)]);
    const over = new AbortController();
    const { seen, end } = record(
      watch(nowhere, { signal: over.signal, timeLeft: ONE_HOUR }, transports),
    );
    await vi.advanceTimersByTimeAsync(0);
    over.abort();
    await end;
    expect(seen).toEqual(["websocket", "connected", "pending 1"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
