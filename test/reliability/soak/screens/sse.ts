import { get } from "node:http";
import { parseEvents } from "../../../../bench/harness/event-stream.ts";
import { parseSnapshot } from "../../../../src/protocol/snapshot.ts";
import { longPoll } from "./long-poll.ts";
import { endOf, type Connect, type ConnectionEnd } from "./watch.ts";

export const sse: Connect = (options) =>
  new Promise<ConnectionEnd>((resolve, reject) => {
    const { network, session, version, hear, signal } = options;
    const request = get(
      `${network.origin}/sessions/${session.sessionId}/events`,
      {
        headers: {
          Accept: "text/event-stream",
          Authorization: `Bearer ${session.watchToken}`,
          ...(version > 0 ? { "Last-Event-ID": String(version) } : {}),
        },
        agent: false,
        signal,
      },
      (response) => {
        // The session ended before the first event: the snapshot says how (docs/protocol.md).
        if (response.statusCode === 204) {
          response.resume();
          longPoll(options).then(resolve, reject);
          return;
        }
        if (response.statusCode !== 200) {
          response.resume();
          resolve(endOf(response.statusCode ?? 0, response.headers["retry-after"]));
          return;
        }
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          const { events, rest } = parseEvents(text + chunk);
          text = rest;
          for (const { event, data } of events) if (event === "status") hear(parseSnapshot(data));
        });
        response.on("error", () => resolve({}));
        response.on("close", () => resolve({}));
      },
    );
    request.on("error", () => resolve({}));
  });
