import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import type { CreatedSession } from "../../../src/protocol/responses.ts";
import type { Snapshot, Status } from "../../../src/protocol/snapshot.ts";

/** How a request is refused. */
interface Refusal {
  status: number;
  code?: string;
  headers?: Record<string, string>;
  /** Only the next request. */
  once?: boolean;
}

type Way = "create" | "socket" | "events" | "poll" | "token" | "cancel" | "match" | "user-code";

const SESSION_ID = "s".repeat(43);
export const WATCH_TOKEN = "w".repeat(43);

/**
 * A server with one login session over real HTTP and WebSocket. The test changes the session, and
 * lets requests fail.
 */
export class SessionServer implements AsyncDisposable {
  #http: Server = createServer((request, response) => void this.#answer(request, response));
  #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has("qr-login.v1") ? "qr-login.v1" : false),
  });
  #streams = new Set<ServerResponse>();
  #waiting = new Set<() => void>();
  #refusals = new Map<Way, Refusal>();
  #lost = new Set<Way>();
  #version = 1;
  #status: Status = "pending";
  #code: string | undefined;
  origin = "";
  /** All requests so far. */
  requests: { way: Way; headers: IncomingMessage["headers"]; body: string }[] = [];
  /** Milliseconds by which the server's clock is ahead. */
  clock = 0;
  /** Whether the created session has a user code. */
  withUserCode = true;
  /** The response of the token endpoint. */
  tokens: unknown = {};
  /** The error of the token endpoint instead (RFC 6749 §5.2). */
  oauthError: string | undefined;
  /** How many of the next token responses are lost. */
  lostTokens = 0;

  static async start(): Promise<SessionServer> {
    const server = new SessionServer();
    server.#http.on("upgrade", (request, socket, head) => {
      server.requests.push({ way: "socket", headers: request.headers, body: "" });
      if (server.#refusals.has("socket")) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      server.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on("message", (data) => {
          if (data instanceof Buffer && data.toString() === "ping") webSocket.send("pong");
        });
        server.#tell(webSocket);
      });
    });
    server.#http.listen(0, "127.0.0.1");
    await once(server.#http, "listening");
    const address = server.#http.address();
    if (address === null || typeof address === "string") throw new TypeError("no port");
    server.origin = `http://127.0.0.1:${address.port}`;
    return server;
  }

  get target() {
    return { issuer: this.origin, sessionId: SESSION_ID, watchToken: WATCH_TOKEN };
  }

  get ways(): Way[] {
    return this.requests.map(({ way }) => way);
  }

  /** The response to `POST /sessions`. */
  get created(): CreatedSession {
    return {
      session_id: SESSION_ID,
      watch_token: WATCH_TOKEN,
      status: "pending",
      version: 1,
      expires_at: new Date(Date.now() + this.clock + 12_000).toISOString(),
      expires_in: 12,
      qr: { prefix: `${this.origin}/q/${SESSION_ID}`, key: "k".repeat(43), period: 5 },
      ...(this.withUserCode ? { user_code: "WDJB-MJHT" } : {}),
    };
  }

  get snapshot(): Snapshot {
    return {
      session_id: SESSION_ID,
      version: this.#version,
      status: this.#status,
      expires_at: new Date(Date.now() + 60_000).toISOString(),
      ...(this.#code === undefined ? {} : { code: this.#code }),
    };
  }

  /** Changes the session and notifies all watchers. */
  advance(status: Status, code?: string): void {
    this.#version += 1;
    this.#status = status;
    this.#code = code;
    for (const socket of this.#sockets.clients) {
      this.#tell(socket);
      if (status === "denied") socket.close(1000);
      if (status === "expired") socket.close(4408);
    }
    for (const stream of this.#streams) {
      stream.write(this.#event());
      if (status === "denied" || status === "expired") stream.end();
    }
    for (const wake of this.#waiting) wake();
  }

  refuse(way: Way, refusal: Refusal = { status: 403 }): void {
    this.#refusals.set(way, refusal);
  }

  admit(way: Way): void {
    this.#refusals.delete(way);
  }

  /** Refuses the next request of this kind only. */
  refuseOnce(way: Way, refusal: Refusal): void {
    this.#refusals.set(way, { ...refusal, once: true });
  }

  /** Processes the next request of this kind, and closes the connection without a response. */
  loseAnswerOnce(way: Way): void {
    this.#lost.add(way);
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    this.#waiting.clear();
    this.#streams.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#http.close();
    await once(this.#http, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const way = wayOf(request);
    let body = "";
    for await (const chunk of request) body += String(chunk);
    this.requests.push({ way, headers: request.headers, body });
    if (this.#lost.delete(way)) return void response.destroy();
    const refusal = this.#refusals.get(way);
    if (refusal?.once) this.#refusals.delete(way);
    if (refusal) return refuse(response, refusal);

    switch (way) {
      case "events":
        return this.#stream(response);
      case "poll":
        return this.#poll(request, response);
      case "create":
        return void response.writeHead(201).end(JSON.stringify(this.created));
      case "user-code":
        return void response.end(JSON.stringify({ user_code: "MJHT-WDJB" }));
      case "token":
        if (this.lostTokens > 0) {
          this.lostTokens -= 1;
          return void response.destroy();
        }
        if (this.oauthError !== undefined) {
          return void response.writeHead(400).end(JSON.stringify({ error: this.oauthError }));
        }
        return void response.end(JSON.stringify(this.tokens));
      default:
        return void response.writeHead(204).end();
    }
  }

  #stream(response: ServerResponse): void {
    if (this.#status === "denied") return void response.writeHead(204).end();
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("retry: 1000\n\n");
    response.write(this.#event());
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }

  #poll(request: IncomingMessage, response: ServerResponse): void {
    const known = request.headers["if-none-match"] === `"${this.#version}"`;
    const answer = () => {
      this.#waiting.delete(answer);
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end(JSON.stringify(this.snapshot));
    };
    if (!known) return answer();
    this.#waiting.add(answer);
  }

  #event(): string {
    return `event: status\nid: ${this.#version}\ndata: ${JSON.stringify(this.snapshot)}\n\n`;
  }

  #tell(socket: WebSocket): void {
    socket.send(JSON.stringify(this.snapshot));
  }
}

function wayOf({ url = "" }: IncomingMessage): Way {
  if (url === "/sessions") return "create";
  if (url === "/token") return "token";
  if (url.endsWith("/cancel")) return "cancel";
  if (url.endsWith("/match")) return "match";
  if (url.endsWith("/user-code")) return "user-code";
  return url.endsWith("/events") ? "events" : "poll";
}

function refuse(response: ServerResponse, { status, code, headers = {} }: Refusal): void {
  const type = code === undefined ? "text/html" : "application/problem+json";
  response.writeHead(status, { "Content-Type": type, ...headers });
  response.end(code === undefined ? "<p>No.</p>" : JSON.stringify({ title: "No.", status, code }));
}
