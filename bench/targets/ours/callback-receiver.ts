import { once } from "node:events";
import { createServer } from "node:http";
import { decodeJwt } from "jose";
import * as v from "valibot";
import { portOf } from "../../harness/port-of.ts";

/** The backend of a client with a callback: an endpoint that receives security event tokens. */
export interface CallbackReceiver {
  uri: string;
  /** Resolves with the time (`performance.now()`) when it got the approval of a session. */
  notified: (sessionId: string) => Promise<number>;
  forget: (sessionId: string) => void;
  stop: () => Promise<void>;
}

/** The events of docs/openid-connect.md. */
const LOGIN_EVENT = "urn:qr-login:event:login-session";

const Events = v.object({
  [LOGIN_EVENT]: v.object({ session_id: v.string(), status: v.string() }),
});

export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const heard = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const server = createServer((request, response) => {
    let token = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (token += chunk));
    request.on("end", () => {
      const at = performance.now();
      const events = v.parse(Events, decodeJwt(token)["events"]);
      const { session_id, status } = events[LOGIN_EVENT];
      if (status === "approved") {
        const resolve = waiting.get(session_id);
        waiting.delete(session_id);
        if (resolve) resolve(at);
        else heard.set(session_id, at);
      }
      response.writeHead(202).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    uri: `http://127.0.0.1:${portOf(server)}/callback`,
    notified(sessionId) {
      const at = heard.get(sessionId);
      heard.delete(sessionId);
      if (at !== undefined) return Promise.resolve(at);
      return new Promise((resolve) => waiting.set(sessionId, resolve));
    },
    forget: (sessionId) => void waiting.delete(sessionId),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
