import { get, type ClientRequest, type IncomingMessage } from "node:http";

/** An open event stream (HTML §9.2). Only what the servers here send is parsed. */
export interface EventStream {
  close: () => void;
}

export interface StreamEvent {
  event: string;
  data: string;
  /** `performance.now()`. */
  at: number;
}

/** Opens a stream and resolves when it is accepted. Calls `onEvent` with each event. */
export function openEventStream(
  url: string,
  headers: Record<string, string>,
  onEvent: (event: StreamEvent) => void,
): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = get(
      url,
      // A new connection, as for a browser's stream over HTTP/1.1.
      { headers: { Accept: "text/event-stream", ...headers }, agent: false },
      (incoming: IncomingMessage) => {
        if (incoming.statusCode !== 200) {
          reject(new Error(`no event stream: ${incoming.statusCode}`));
          incoming.resume();
          return;
        }
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("error", () => undefined);
        incoming.on("data", (chunk: string) => {
          const at = performance.now();
          text += chunk;
          const { events, rest } = parseEvents(text);
          text = rest;
          for (const event of events) onEvent({ ...event, at });
        });
        resolve({ close: () => outgoing.destroy() });
      },
    );
    outgoing.on("error", reject);
  });
}

/** The complete events of a chunk, and the rest. */
export function parseEvents(text: string): {
  events: { event: string; data: string }[];
  rest: string;
} {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const fields = block.split("\n").map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    });
    const data = fields.filter(([name]) => name === "data").map(([, value]) => value);
    if (data.length === 0) return [];
    const event = fields.find(([name]) => name === "event")?.[1] ?? "message";
    return [{ event, data: data.join("\n") }];
  });
  return { events, rest };
}
