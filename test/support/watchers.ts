import { EventSourceParserStream } from "eventsource-parser/stream";
import { isTerminal, parseSnapshot, type Snapshot } from "../../src/protocol/snapshot.ts";
import { AsyncQueue } from "../../src/sdk/transports/async-queue.ts";
import { api } from "./api.ts";
import type { TestScreen } from "./test-screen.ts";

/** A watch of a login session, with one interface for all transports. */
export interface Watching {
  /** The next snapshot; undefined once the watch has ended. */
  next(): Promise<Snapshot | undefined>;
  stop(): Promise<void>;
}

export type Watch = (login: TestScreen, since?: number) => Promise<Watching>;

export const websocket: Watch = async (login) => {
  const queue = new AsyncQueue<Snapshot>();
  const socket = await openSocket(login);
  socket.addEventListener("message", ({ data }) => queue.put(parseSnapshot(String(data))));
  socket.addEventListener("close", () => queue.close());
  socket.accept();
  const snapshots = queue[Symbol.asyncIterator]();
  return {
    next: async () => (await snapshots.next()).value ?? undefined,
    stop: async () => socket.close(),
  };
};

/** The WebSocket before it is accepted. */
export async function openSocket(login: TestScreen, headers: HeadersInit = {}): Promise<WebSocket> {
  const answer = await upgrade(login, headers);
  if (!answer.webSocket) throw new Error(`no socket: ${answer.status} ${await answer.text()}`);
  return answer.webSocket;
}

export function upgrade(login: TestScreen, headers: HeadersInit = {}): Promise<Response> {
  return api(`/sessions/${login.created.session_id}/socket`, {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": "qr-login.v1",
      ...login.bearer,
      ...headers,
    },
  });
}

export interface StreamEvent {
  event?: string | undefined;
  id?: string | undefined;
  data: string;
}

/** The events of a stream, read by an independent parser. */
export function eventsOf(answer: Response): ReadableStreamDefaultReader<StreamEvent> {
  if (!answer.body) throw new Error("no stream");
  return answer.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
}

export const sse: Watch = async (login, since) => {
  const answer = await api(`/sessions/${login.created.session_id}/events`, {
    headers: { ...login.bearer, ...(since ? { "Last-Event-ID": String(since) } : {}) },
  });
  if (answer.status === 204) return { next: async () => undefined, stop: async () => undefined };
  if (answer.status !== 200) throw new Error(`no stream: ${await answer.text()}`);
  const events = eventsOf(answer);
  return {
    async next() {
      for (;;) {
        const { value } = await events.read();
        if (!value) return undefined;
        if (value.event === "status") return parseSnapshot(value.data);
      }
    },
    stop: () => events.cancel(),
  };
};

export const longPoll: Watch = async (login, since = 0) => {
  let version = since;
  let ended = false;
  const abort = new AbortController();
  return {
    async next() {
      if (ended) return undefined;
      for (;;) {
        const answer = await api(`/sessions/${login.created.session_id}`, {
          headers: { ...login.bearer, "If-None-Match": `"${version}"`, Prefer: "wait=25" },
          signal: abort.signal,
        });
        if (answer.status === 304) continue;
        if (answer.status !== 200) throw new Error(`no snapshot: ${await answer.text()}`);
        const snapshot = parseSnapshot(await answer.text());
        version = snapshot.version;
        ended = isTerminal(snapshot);
        return snapshot;
      }
    },
    stop: async () => abort.abort(),
  };
};
