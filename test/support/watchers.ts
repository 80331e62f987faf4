import { EventSourceParserStream } from "eventsource-parser/stream";
import { parseSnapshot, type Snapshot } from "../../src/protocol/snapshot.ts";
import { api, type Begun } from "./api.ts";

/** How a screen watches: the same for each transport, so that one test can hold for all of them. */
export interface Watching {
  /** The next snapshot; undefined once the watch has ended. */
  next(): Promise<Snapshot | undefined>;
  stop(): Promise<void>;
}

export type Watch = (login: Begun, since?: number) => Promise<Watching>;

export const websocket: Watch = async (login) => {
  const inbox = new Inbox<Snapshot>();
  const socket = await openSocket(login);
  socket.addEventListener("message", ({ data }) => inbox.put(parseSnapshot(String(data))));
  socket.addEventListener("close", () => inbox.end());
  socket.accept();
  return {
    next: () => inbox.take(),
    stop: async () => socket.close(),
  };
};

/** The WebSocket as the server hands it over, not yet accepted. */
export async function openSocket(login: Begun, headers: HeadersInit = {}): Promise<WebSocket> {
  const answer = await upgrade(login, headers);
  if (!answer.webSocket) throw new Error(`no socket: ${answer.status} ${await answer.text()}`);
  return answer.webSocket;
}

export function upgrade(login: Begun, headers: HeadersInit = {}): Promise<Response> {
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

/** The events of a stream, as a parser that others wrote reads them. */
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
        ended = ["redeemed", "denied", "cancelled", "expired"].includes(snapshot.status);
        return snapshot;
      }
    },
    stop: async () => abort.abort(),
  };
};

/** What arrives, in order, for whoever asks for it before or after. */
class Inbox<Item> {
  readonly #items: Item[] = [];
  readonly #waiting: ((item: Item | undefined) => void)[] = [];
  #over = false;

  put(item: Item): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#items.push(item);
  }

  end(): void {
    this.#over = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
  }

  take(): Promise<Item | undefined> {
    const item = this.#items.shift();
    if (item !== undefined || this.#over) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
