import type { Page } from "playwright-core";
import type { Way } from "../../../src/web/compare/transport-lane.ts";

/** What the browser itself says of the traffic of one of the four screens on /compare. */
export interface Traffic {
  requests: number;
  /** Payload, in bytes. */
  down: number;
  up: number;
  /** When the last of it came, in milliseconds by a clock of the browser's own. */
  lastAt: number;
}

/** By which path each of the four is told. */
const PATHS: Record<Way, RegExp> = {
  websocket: /^\/sessions\/[\w-]{43}\/socket$/,
  sse: /^\/sessions\/[\w-]{43}\/events$/,
  poll: /^\/sessions\/[\w-]{43}$/,
  callback: /^\/compare\/callback\/[\w-]{43}$/,
};

/** Watches a page's network from outside of it, by the browser's developer tools. */
export async function watchTraffic(page: Page): Promise<{ of(way: Way): Traffic }> {
  const devtools = await page.context().newCDPSession(page);
  const traffic = new Map<Way, Traffic>();
  const ways = new Map<string, Way>();
  const of = (way: Way): Traffic => {
    const known = traffic.get(way) ?? { requests: 0, down: 0, up: 0, lastAt: 0 };
    traffic.set(way, known);
    return known;
  };
  const begun = (requestId: string, url: string) => {
    const { pathname } = new URL(url);
    const found = Object.entries(PATHS).find(([, path]) => path.test(pathname));
    if (!found) return;
    const way = found[0] as Way;
    ways.set(requestId, way);
    of(way).requests++;
  };
  const came = (requestId: string, bytes: number, timestamp: number) => {
    const way = ways.get(requestId);
    if (way === undefined) return;
    of(way).down += bytes;
    of(way).lastAt = timestamp * 1000;
  };
  devtools.on("Network.requestWillBeSent", ({ requestId, request }) =>
    begun(requestId, request.url),
  );
  devtools.on("Network.webSocketCreated", ({ requestId, url }) => begun(requestId, url));
  devtools.on("Network.dataReceived", ({ requestId, dataLength, timestamp }) =>
    came(requestId, dataLength, timestamp),
  );
  devtools.on("Network.webSocketFrameReceived", ({ requestId, timestamp, response }) => {
    // Text frames alone: the rest is the protocol's own.
    if (response.opcode === 1) came(requestId, Buffer.byteLength(response.payloadData), timestamp);
  });
  devtools.on("Network.webSocketFrameSent", ({ requestId, response }) => {
    const way = ways.get(requestId);
    if (way && response.opcode === 1) of(way).up += Buffer.byteLength(response.payloadData);
  });
  await devtools.send("Network.enable");
  return { of };
}
