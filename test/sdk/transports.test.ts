import { describe, expect, it } from "vitest";
import { longPoll } from "../../src/sdk/transports/long-poll.ts";
import { sse } from "../../src/sdk/transports/sse.ts";
import { websocket } from "../../src/sdk/transports/websocket.ts";
import type { TransportMessage } from "../../src/sdk/transports/transport.ts";
import { SessionServer, WATCH_TOKEN } from "./support/session-server.ts";

const TRANSPORTS = { websocket, sse, "long poll": longPoll };

const statusOf = (heard: TransportMessage | undefined) =>
  typeof heard === "object" ? heard.status : heard;

describe.each(Object.entries(TRANSPORTS))("%s", (name, transport) => {
  /** The status of the next snapshot. */
  async function next(heard: AsyncIterator<TransportMessage>): Promise<string | undefined> {
    for (;;) {
      const { value, done } = await heard.next();
      if (done) return "the end";
      if (value !== "alive") return statusOf(value);
    }
  }

  it("yields the current snapshot, then each later one, and ends", async () => {
    await using server = await SessionServer.start();
    const over = new AbortController();
    const heard = transport.connect(server.target, over.signal)[Symbol.asyncIterator]();
    expect(await next(heard)).toBe("pending");
    server.advance("scanned");
    expect(await next(heard)).toBe("scanned");
    server.advance("denied");
    expect(await next(heard)).toBe("denied");
    // Long polling doesn't end by itself: `watch` recognises the last snapshot.
    if (name !== "long poll") expect(await next(heard)).toBe("the end");
    over.abort();
  });

  it("sends the watch token in a header or as a subprotocol", async () => {
    await using server = await SessionServer.start();
    const over = new AbortController();
    const heard = transport.connect(server.target, over.signal)[Symbol.asyncIterator]();
    await next(heard);
    const { headers } = server.requests[0] ?? {};
    const presented = [headers?.authorization, headers?.["sec-websocket-protocol"]];
    expect(presented.filter((header) => header?.includes(WATCH_TOKEN))).toHaveLength(1);
    over.abort();
  });

  it("throws if the connection breaks", async () => {
    await using server = await SessionServer.start();
    const over = new AbortController();
    const heard = transport.connect(server.target, over.signal)[Symbol.asyncIterator]();
    await next(heard);
    const pending = next(heard);
    await expect
      .poll(() => server.requests.length)
      .toBeGreaterThanOrEqual(name === "long poll" ? 2 : 1);
    server.cut();
    await expect(pending).rejects.toThrow();
    over.abort();
  });

  it("throws if it is aborted", async () => {
    await using server = await SessionServer.start();
    const over = new AbortController();
    const heard = transport.connect(server.target, over.signal)[Symbol.asyncIterator]();
    await next(heard);
    const pending = next(heard);
    over.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
  });
});

describe("server-sent events", () => {
  it("fetches the last snapshot of a session that has ended", async () => {
    await using server = await SessionServer.start();
    server.advance("denied");
    const heard: TransportMessage[] = [];
    for await (const item of sse.connect(server.target, new AbortController().signal))
      heard.push(item);
    expect(heard.map(statusOf)).toEqual(["denied"]);
    expect(server.ways).toEqual(["events", "poll"]);
  });

  it("rejects a response that is not an event stream", async () => {
    await using server = await SessionServer.start();
    server.refuse("events", { status: 200 });
    const heard = sse.connect(server.target, new AbortController().signal);
    await expect(heard[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "protocol" });
  });
});

describe("long polling", () => {
  it("polls at once first, then waits for a newer version", async () => {
    await using server = await SessionServer.start();
    const over = new AbortController();
    const heard = longPoll.connect(server.target, over.signal)[Symbol.asyncIterator]();
    await heard.next();
    const pending = heard.next();
    await expect.poll(() => server.requests.length).toBe(2);
    expect(server.requests[0]?.headers["prefer"]).toBeUndefined();
    expect(server.requests[1]?.headers).toMatchObject({
      prefer: "wait=25",
      "if-none-match": '"1"',
    });
    server.advance("scanned");
    await pending;
    over.abort();
  });
});
