import counted, * as metered from "../counted/worker.ts";
import { keepAwake } from "../counted/counted-objects.ts";

/**
 * Server-sent events as they are usually written for Durable Objects: the object itself holds the
 * stream. Everything else is the same counted Worker, so the difference is the cost of that: the object
 * can't sleep while somebody watches.
 */
export * from "../counted/worker.ts";

const ADDRESS = /^\/sessions\/([\w-]{43})\/events$/;
const EVENTS = "https://login-session/events";

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    const [, sessionId] = ADDRESS.exec(new URL(request.url).pathname) ?? [];
    if (sessionId === undefined) return counted.fetch(request, env, ctx);
    metered.countRequest();
    const [, token = ""] = request.headers.get("Authorization")?.split(" ") ?? [];
    const hex = Array.from(atob(sessionId.replaceAll("-", "+").replaceAll("_", "/")), (byte) =>
      byte.charCodeAt(0).toString(16).padStart(2, "0"),
    ).join("");
    const session = env.LOGIN_SESSIONS.get(env.LOGIN_SESSIONS.idFromString(hex));
    return session.fetch(EVENTS, { headers: { Upgrade: "websocket", "X-Watch-Token": token } });
  },
};

export class LoginSession extends metered.LoginSession {
  override async fetch(request: Request): Promise<Response> {
    const answer = await super.fetch(request);
    const socket = answer.webSocket;
    if (request.url !== EVENTS || !socket) return answer;
    const awake = keepAwake(this);
    const utf8 = new TextEncoder();
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          socket.addEventListener("message", ({ data }) =>
            controller.enqueue(utf8.encode(`event: status\ndata: ${String(data)}\n\n`)),
          );
          socket.addEventListener("close", () => {
            controller.close();
            awake();
          });
          socket.accept();
        },
        cancel() {
          awake();
          socket.close();
        },
      }),
      { headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" } },
    );
  }
}
