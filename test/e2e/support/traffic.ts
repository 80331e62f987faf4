import type { Page } from "playwright-core";
import type { Way } from "../../../src/web/compare/transport-lane.ts";

/** The traffic of one of the four screens on /compare, measured by the browser. */
export interface Traffic {
  requests: number;
  /** The payload in bytes. */
  down: number;
  up: number;
  /** The time of the last data, in milliseconds of the browser's clock. */
  lastAt: number;
}

/** The path of each transport. */
const PATHS: Record<Way, RegExp> = {
  websocket: /^\/sessions\/[\w-]{43}\/socket$/,
  sse: /^\/sessions\/[\w-]{43}\/events$/,
  poll: /^\/sessions\/[\w-]{43}$/,
  callback: /^\/compare\/callback\/[\w-]{43}$/,
};

/** Observes a page's network by the DevTools protocol. */
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
    // Only text frames have payload.
    if (response.opcode === 1) came(requestId, Buffer.byteLength(response.payloadData), timestamp);
  });
  devtools.on("Network.webSocketFrameSent", ({ requestId, response }) => {
    const way = ways.get(requestId);
    if (way && response.opcode === 1) of(way).up += Buffer.byteLength(response.payloadData);
  });
  await devtools.send("Network.enable");
  return { of };
}
