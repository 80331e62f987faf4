import { describe, expect, it } from "vitest";
import {
  reconnectDelay,
  initialState,
  nextState,
  type DisconnectReason,
  type ReconnectState,
  type TransportName,
} from "../../../src/sdk/watch/reconnect.ts";

const after = (plan: ReconnectState, ...endings: DisconnectReason[]) =>
  endings.reduce(nextState, plan);

describe("the transport", () => {
  it.each<[string, TransportName | undefined, DisconnectReason[], TransportName]>([
    ["begins with WebSocket", undefined, [], "websocket"],
    ["stays after one blocked connection", undefined, ["blocked"], "websocket"],
    ["falls back after two in a row", undefined, ["blocked", "blocked"], "sse"],
    ["stays when one worked in between", undefined, ["blocked", "broken", "blocked"], "websocket"],
    ["stays when the server was away", undefined, Array(9).fill("unreachable"), "websocket"],
    ["ends at polling", undefined, Array(20).fill("blocked"), "poll"],
    ["stays where it was forced", "websocket", Array(20).fill("blocked"), "websocket"],
    ["begins where it was forced", "poll", [], "poll"],
  ])("%s", (_, forced, endings, expected) => {
    expect(after(initialState(forced), ...endings).transport).toBe(expected);
  });
});

describe("the delay", () => {
  const delays = (endings: DisconnectReason[], random = 1) => {
    let plan = initialState("poll");
    return endings.map((ending) => reconnectDelay((plan = nextState(plan, ending)), random));
  };

  it("is none before the first connection", () => {
    expect(reconnectDelay(initialState(), 1)).toBe(0);
  });

  it("doubles up to ten seconds", () => {
    const expected = [500, 1000, 2000, 4000, 8000, 10_000, 10_000];
    expect(delays(Array(7).fill("unreachable"))).toEqual(expected);
  });

  it("begins anew once a connection has worked", () => {
    expect(delays(["unreachable", "unreachable", "broken", "unreachable"])).toEqual([
      500, 1000, 500, 1000,
    ]);
  });

  it("goes on growing where connections break as soon as they are made", () => {
    expect(delays(["short", "short", "short"])).toEqual([500, 1000, 2000]);
  });

  it("is half left to chance", () => {
    expect(delays(["unreachable"], 0)).toEqual([250]);
    expect(delays(["unreachable"], 0.5)).toEqual([375]);
  });

  it("is none when the transport changes", () => {
    const plan = after(initialState(), "blocked", "blocked");
    expect(reconnectDelay(plan, 1)).toBe(0);
  });
});
