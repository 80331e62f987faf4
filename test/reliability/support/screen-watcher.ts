import { isTerminal, parseSnapshot, type Snapshot } from "../../../src/protocol/snapshot.ts";
import { ISSUER } from "../../support/api.ts";
import type { TestScreen } from "../../support/test-screen.ts";
import { eventsOf } from "../../support/watchers.ts";

export type Send = (request: Request) => Promise<Response>;

export const TRANSPORTS = ["websocket", "sse", "long poll"] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** Milliseconds before a watcher connects again whose connection broke. */
const PAUSE = 10;

interface Connection {
  url: string;
  headers: Record<string, string>;
  version: number;
  hear: (snapshot: Snapshot) => void;
}

/** One connection until it ends. The status is of an answer without a watch. */
type Connect = (send: Send, connection: Connection) => Promise<number>;

/** A screen that watches a login by one transport until the end, and reconnects if necessary. */
export class ScreenWatcher {
  readonly transport: Transport;
  /** All received snapshots in order. */
  readonly told: Snapshot[] = [];
  /** The session was deleted (404, 410). */
  gone = false;
  /** The session has ended (204 of an event stream). */
  stopped = false;
  /** A response after which no watcher can continue. */
  refused: number | undefined;
  readonly #send: Send;
  readonly #login: Pick<TestScreen, "created" | "bearer">;
  #leaves = false;

  constructor(transport: Transport, login: Pick<TestScreen, "created" | "bearer">, send: Send) {
    this.transport = transport;
    this.#send = send;
    this.#login = login;
    void this.#watch();
  }

  get last(): Snapshot | undefined {
    return this.told.at(-1);
  }

  get isOver(): boolean {
    const ended = this.last !== undefined && isTerminal(this.last);
    return ended || this.gone || this.stopped || this.refused !== undefined;
  }

  stop(): void {
    this.#leaves = true;
  }

  async #watch(): Promise<void> {
    const { created, bearer } = this.#login;
    const url = `${ISSUER}/sessions/${created.session_id}`;
    while (!this.isOver && !this.#leaves) {
      const version = this.last?.version ?? 0;
      const hear = (snapshot: Snapshot) => {
        if (!this.#leaves) this.told.push(snapshot);
      };
      const connection = { url, headers: bearer, version, hear };
      // A broken connection has no status, nor has a request to an object during its reset.
      const status = await CONNECT[this.transport](this.#send, connection).catch(() => 503);
      if (status === 404 || status === 410) this.gone = true;
      else if (status === 204) this.stopped = true;
      else if (status >= 400 && status !== 429 && status !== 503) this.refused = status;
      if (!this.isOver) await scheduler.wait(PAUSE);
    }
  }
}

const CONNECT: Record<Transport, Connect> = {
  async websocket(send, { url, headers, hear }) {
    const upgrade = { Upgrade: "websocket", "Sec-WebSocket-Protocol": "qr-login.v1" };
    const answer = await send(
      new Request(`${url}/socket`, { headers: { ...headers, ...upgrade } }),
    );
    const { webSocket } = answer;
    if (!webSocket) {
      await answer.text();
      return answer.status;
    }
    await new Promise<void>((resolve) => {
      webSocket.addEventListener("message", ({ data }) => hear(parseSnapshot(String(data))));
      webSocket.addEventListener("close", () => resolve());
      webSocket.addEventListener("error", () => resolve());
      webSocket.accept();
    });
    return 101;
  },

  async sse(send, { url, headers, version, hear }) {
    const since = version > 0 ? { "Last-Event-ID": String(version) } : {};
    const answer = await send(new Request(`${url}/events`, { headers: { ...headers, ...since } }));
    if (answer.status !== 200) {
      await answer.text();
      return answer.status;
    }
    const events = eventsOf(answer);
    for (;;) {
      const { value } = await events.read();
      if (!value) return 200;
      if (value.event === "status") hear(parseSnapshot(value.data));
    }
  },

  async "long poll"(send, { url, headers, version, hear }) {
    const wait = { "If-None-Match": `"${version}"`, Prefer: "wait=25" };
    const answer = await send(new Request(url, { headers: { ...headers, ...wait } }));
    const body = await answer.text();
    if (answer.status === 200) hear(parseSnapshot(body));
    return answer.status;
  },
};
