import { once } from "node:events";
import { createServer } from "node:http";
import { decodeJwt } from "jose";
import * as v from "valibot";
import { portOf } from "../../harness/port-of.ts";

/** The backend of a client that is told by callback: an endpoint that hears security event tokens. */
export interface CallbackReceiver {
  uri: string;
  /** When it was told of an approval, by session. `performance.now()`. */
  told: (sessionId: string) => Promise<number>;
  forget: (sessionId: string) => void;
  stop: () => Promise<void>;
}

/** As docs/protocol.md has it. */
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
        const tell = waiting.get(session_id);
        waiting.delete(session_id);
        if (tell) tell(at);
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
    told(sessionId) {
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
