import { describe, expect, it } from "vitest";
import { redactEvent, redactMessage, redactPath } from "../../../src/web/compare/redact.ts";
import { TransportLane, type Way } from "../../../src/web/compare/transport-lane.ts";
import { CLAIM_METRICS } from "../../../src/web/compare/claim-metrics.ts";
import {
  figuresFor,
  figuresOf,
  SHOWN,
  formatFigure,
  type Figure,
  type Row,
} from "../../../src/web/compare/metrics.ts";
import { TrafficMeter } from "../../../src/web/compare/traffic-meter.ts";
import { amount, behind, duration } from "../../../src/web/compare/comparison.ts";
import { RemoteClock } from "../../../src/web/compare/remote-clock.ts";
import { CLAIMS, COMPARE, SUBJECT } from "../../../src/web/ui/texts.ts";
import { SessionServer, WATCH_TOKEN } from "../../sdk/support/session-server.ts";

describe("what went over the wire is written down", () => {
  const id = "a".repeat(43);

  it("logs messages and paths without secrets and repeated members", () => {
    const snapshot = { session_id: id, version: 3, status: "approved", code: `${id}.secret` };
    expect(redactMessage(JSON.stringify(snapshot))).toBe('{"version": 3, "status": "approved", …}');
    const answer = { events: [{ status: "approved", version: 3, bytes: 654 }], now: "now" };
    expect(redactMessage(JSON.stringify(answer))).toBe(
      '{"events": [{"status": "approved", "version": 3, …}], …}',
    );
    expect(redactPath(new URL(`https://a.example/sessions/${id}/events`))).toBe(
      "/sessions/…/events",
    );
  });

  it("logs other texts as they are, up to a maximum length", () => {
    expect(redactMessage("ping")).toBe("ping");
    expect(redactMessage("")).toBe("");
    expect(redactMessage("x".repeat(1000))).toHaveLength(80);
  });

  it("logs a server-sent event on one line", () => {
    const block = `event: status\nid: 2\ndata: {"session_id":"${id}","version":2,"status":"scanned"}`;
    expect(redactEvent(block)).toBe(
      'event: status ⏎ id: 2 ⏎ data: {"version": 2, "status": "scanned", …}',
    );
    expect(redactEvent("retry: 1000")).toBe("retry: 1000");
  });
});

describe("what is said at the end", () => {
  it("announces the screens in the order of their results, and those without one", () => {
    expect(COMPARE.result(["WebSocket", "SSE"], [])).toMatch(/^All four know\..*WebSocket, SSE\.$/);
    const partly = COMPARE.result(["WebSocket", "SSE"], ["Callback"]);
    expect(partly).toMatch(/WebSocket, SSE\. Not notified: Callback\.$/);
    expect(partly).not.toContain("All four");
  });
});

describe("a meter", () => {
  it("adds up the traffic and counts repeated lines", () => {
    let now = 0;
    let changes = 0;
    const meter = new TrafficMeter(
      () => now,
      () => changes++,
    );
    meter.request();
    meter.sent(4);
    meter.received(100);
    meter.received(20);
    meter.log("down", "a", 100);
    now = 7;
    meter.log("down", "a", 20);
    meter.log("up", "a");
    expect([meter.requests, meter.up, meter.down]).toEqual([1, 4, 120]);
    expect(meter.lines).toEqual([
      { direction: "down", text: "a", bytes: 120, times: 2, at: 7 },
      { direction: "up", text: "a", bytes: 0, times: 1, at: 7 },
    ]);
    expect(changes).toBe(7);
  });

  it("keeps a limited number of log lines", () => {
    const meter = new TrafficMeter(
      () => 0,
      () => undefined,
    );
    for (let i = 0; i < 1000; i++) meter.log("down", String(i));
    expect(meter.lines).toHaveLength(200);
  });
});

describe("the race", () => {
  it("counts the delay of each screen from the first result", () => {
    expect(behind({})).toEqual({});
    expect(behind({ sse: 1000 })).toEqual({ sse: 0 });
    expect(behind({ websocket: 1004, sse: 1000, poll: 2500 })).toEqual({
      websocket: 4,
      sse: 0,
      poll: 1500,
    });
  });

  it.each([
    [0, "0 ms"],
    [3.6, "4 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [16_824, "16.82 s"],
  ])("formats %d ms as %s", (ms, text) => expect(duration(ms)).toBe(text));

  it.each([
    [0, "0 B"],
    [1234, "1,234 B"],
    [12_345, "12.3 kB"],
  ])("formats %d bytes as %s", (bytes, text) => expect(amount(bytes)).toBe(text));
});

describe("another machine's clock", () => {
  it("estimates a remote clock by the shortest round trip", () => {
    const clock = new RemoteClock();
    expect(() => clock.toLocal(0)).toThrow();
    // The remote clock is 1,000,000 ms ahead. This response took 400 ms, nearly all of them on the
    // way back.
    clock.sample({ sentAt: 100, answeredAt: 500, serverTime: 1_000_110 });
    expect(clock.toLocal(1_000_110)).toBe(300);
    clock.sample({ sentAt: 1000, answeredAt: 1010, serverTime: 1_001_005 });
    expect(clock.toLocal(1_001_005)).toBe(1005);
    expect(clock.toLocal(1_000_110)).toBe(110);
    clock.sample({ sentAt: 2000, answeredAt: 2400, serverTime: 1_002_399 });
    expect(clock.toLocal(1_001_005)).toBe(1005);
  });
});

describe("what was measured", () => {
  const rows: Row[] = [
    { measure: "told", subject: "websocket", at: 64, unit: "ms", p50: 30, p95: 40, p99: 50 },
    { measure: "told", subject: "websocket", unit: "ms", p50: 0.941, p95: 1.3, p99: 2.7 },
    { measure: "told", subject: "poll-2s", at: 1, unit: "ms", p50: 1004, p95: 1900, p99: 1990 },
    { measure: "bytes", subject: "sse", unit: "B", value: 4321 },
    { measure: "logins_per_second", subject: "websocket", unit: "/s", value: 174 },
  ];
  const figures: Figure[] = [
    { measure: "told", subject: "websocket", unit: "ms", value: 0.941 },
    { measure: "told", subject: "poll-2s", unit: "ms", value: 1004 },
    { measure: "bytes", subject: "sse", unit: "B", value: 4321 },
  ];

  it("selects the rows of the results that the page shows", () => {
    expect(figuresOf(rows)).toEqual(figures);
    expect(figuresOf([])).toEqual([]);
  });

  it("returns the figures of a measure in the requested order", () => {
    const subjects = figuresFor(figures, "told", ["poll-2s", "sse", "websocket"]);
    expect(subjects.map(({ subject }) => subject)).toEqual(["poll-2s", "websocket"]);
  });

  it("formats figures with three significant digits", () => {
    expect(figures.map(formatFigure)).toEqual(["0.941 ms", "1,004 ms", "4,321 B"]);
    const memory = { measure: "memory_per_waiting", subject: "sse", unit: "bytes" };
    expect(formatFigure({ ...memory, value: 574_812 })).toBe("575 kB");
    expect(formatFigure({ ...memory, value: 9_999 })).toBe("9,999 bytes");
    expect(formatFigure({ measure: "wake_ups", subject: "sse", unit: "", value: 0 })).toBe("0");
  });

  it("has a figure and a name for every measurement of a claim", () => {
    for (const [name, claim] of Object.entries(CLAIMS.rows)) {
      const evidence = Object.entries(CLAIM_METRICS).find(([one]) => one === name)?.[1];
      expect(claim.labels).toHaveLength(evidence?.length ?? NaN);
    }
    const asked = Object.values(CLAIM_METRICS).flat();
    expect(asked.length).toBeGreaterThan(5);
    for (const { measure, subjects } of asked) {
      for (const subject of subjects) {
        expect(SHOWN[measure]).toContain(subject);
        expect(SUBJECT).toHaveProperty([subject]);
      }
    }
  });
});

describe.each<[Way, path: string]>([
  ["websocket", "/sessions/…/socket"],
  ["sse", "/sessions/…/events"],
  ["poll", "/sessions/…"],
])("a screen that waits by %s", (way, path) => {
  /** The session lasts as long as the test. */
  function waiting(server: SessionServer): {
    lane: TransportLane;
    ended: Promise<void>;
    stop: () => void;
  } {
    const over = new AbortController();
    const wait = {
      target: server.target,
      timeLeft: () => 60_000,
      startedAt: performance.now(),
      signal: over.signal,
      clock: new RemoteClock(),
    };
    const lane = new TransportLane(way, wait, () => undefined);
    return { lane, ended: lane.run(), stop: () => over.abort() };
  }

  it("meters the traffic until the result", async () => {
    await using server = await SessionServer.start();
    const { lane, ended } = waiting(server);
    await expect.poll(() => lane.connection).toBe("connected");
    let sent = JSON.stringify(server.snapshot);
    server.advance("scanned");
    sent += JSON.stringify(server.snapshot);
    await expect.poll(() => lane.status).toBe("scanned");
    server.advance("denied");
    sent += JSON.stringify(server.snapshot);
    await ended;
    expect(lane.result?.status).toBe("denied");
    expect(lane.isOver).toBe(true);
    expect(lane.reconnects).toBe(0);
    const { meter } = lane;
    expect(meter.requests).toBe(server.ways.length);
    expect(meter.up).toBe(0);
    // An event stream adds its own lines to each snapshot.
    if (way === "sse") expect(meter.down).toBeGreaterThan(sent.length);
    else expect(meter.down).toBe(sent.length);
    expect(meter.lines[0]?.text).toContain(`GET ${path} → `);
    expect(meter.lines.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(meter.down);
    expect(JSON.stringify(meter.lines)).not.toContain(WATCH_TOKEN);
  });

  it("reconnects after a cut and counts it", async () => {
    await using server = await SessionServer.start();
    const { lane, ended } = waiting(server);
    await expect.poll(() => lane.connection).toBe("connected");
    lane.cut();
    const cut = lane.meter.lines.at(-1)?.text;
    // Between two polls no connection is open.
    expect(cut).toMatch(way === "poll" ? /^nothing to cut/ : /^cut/);
    const reconnects = way === "poll" ? 0 : 1;
    await expect.poll(() => lane.reconnects).toBe(reconnects);
    server.advance("denied");
    await ended;
    expect(lane.result?.status).toBe("denied");
    expect(lane.meter.requests).toBe(server.ways.length);
    const lines = lane.meter.lines.length;
    lane.cut();
    expect(lane.meter.lines).toHaveLength(lines);
  });

  it("ends without a result when it is aborted", async () => {
    await using server = await SessionServer.start();
    const { lane, ended, stop } = waiting(server);
    await expect.poll(() => lane.connection).toBe("connected");
    stop();
    await ended;
    expect([lane.result, lane.isOver]).toEqual([undefined, true]);
  });
});
