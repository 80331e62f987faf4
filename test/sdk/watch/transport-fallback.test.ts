import { describe, expect, it } from "vitest";
import {
  reconnectDelay,
  initialState,
  nextState,
  type DisconnectReason,
  type ReconnectState,
  type TransportName,
} from "../../../src/sdk/watch/transport-fallback.ts";

const after = (plan: ReconnectState, ...endings: DisconnectReason[]) =>
  endings.reduce(nextState, plan);

describe("the transport", () => {
  it.each<[string, TransportName | undefined, DisconnectReason[], TransportName]>([
    ["starts with WebSocket", undefined, [], "websocket"],
    ["keeps the transport after one blocked connection", undefined, ["blocked"], "websocket"],
    ["falls back after two blocked connections in a row", undefined, ["blocked", "blocked"], "sse"],
    [
      "keeps the transport if one connection worked in between",
      undefined,
      ["blocked", "broken", "blocked"],
      "websocket",
    ],
    [
      "keeps the transport while the server can't be reached",
      undefined,
      Array(9).fill("unreachable"),
      "websocket",
    ],
    ["falls back to polling at last", undefined, Array(20).fill("blocked"), "poll"],
    ["keeps a forced transport", "websocket", Array(20).fill("blocked"), "websocket"],
    ["starts with a forced transport", "poll", [], "poll"],
  ])("%s", (_, forced, endings, expected) => {
    expect(after(initialState(forced), ...endings).transport).toBe(expected);
  });
});

describe("the delay", () => {
  const delays = (endings: DisconnectReason[], random = 1) => {
    let plan = initialState("poll");
    return endings.map((ending) => reconnectDelay((plan = nextState(plan, ending)), random));
  };

  it("connects at once the first time", () => {
    expect(reconnectDelay(initialState(), 1)).toBe(0);
  });

  it("doubles the delay up to ten seconds", () => {
    const expected = [500, 1000, 2000, 4000, 8000, 10_000, 10_000];
    expect(delays(Array(7).fill("unreachable"))).toEqual(expected);
  });

  it("resets the delay after a connection that worked", () => {
    expect(delays(["unreachable", "unreachable", "broken", "unreachable"])).toEqual([
      500, 1000, 500, 1000,
    ]);
  });

  it("increases the delay while connections break at once", () => {
    expect(delays(["short", "short", "short"])).toEqual([500, 1000, 2000]);
  });

  it("varies half of the delay at random", () => {
    expect(delays(["unreachable"], 0)).toEqual([250]);
    expect(delays(["unreachable"], 0.5)).toEqual([375]);
  });

  it("connects at once after a change of transport", () => {
    const plan = after(initialState(), "blocked", "blocked");
    expect(reconnectDelay(plan, 1)).toBe(0);
  });
});
