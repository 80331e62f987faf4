import { once } from "node:events";
import { createServer } from "node:http";
import { decodeJwt } from "jose";
import * as v from "valibot";
import { portOf } from "../../../../bench/harness/port-of.ts";
import type { Connect, Told } from "./watch.ts";

/** The kind of event (docs/openid-connect.md, "Callbacks"). */
const LOGIN_EVENT = "urn:qr-login:event:login-session";

const Status = v.picklist(["approved", "redeemed", "denied", "cancelled", "expired"]);

const Claims = v.object({
  jti: v.string(),
  events: v.object({
    [LOGIN_EVENT]: v.object({ session_id: v.string(), status: Status, version: v.number() }),
  }),
});

/** The backend of a client that is told by callback (RFC 8935), for all of its logins. */
export class CallbackReceiver {
  readonly uri: string;
  readonly #seen = new Set<string>();
  readonly #told = new Map<string, Told[]>();
  readonly #listeners = new Map<string, (told: Told) => void>();
  readonly #stop: () => Promise<void>;

  private constructor(uri: string, stop: () => Promise<void>) {
    this.uri = uri;
    this.#stop = stop;
  }

  static async start(): Promise<CallbackReceiver> {
    let receiver: CallbackReceiver | undefined;
    const server = createServer((request, response) => {
      let token = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (token += chunk));
      request.on("end", () => {
        receiver?.receive(token);
        response.writeHead(202).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    receiver = new CallbackReceiver(`http://127.0.0.1:${portOf(server)}/callback`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    return receiver;
  }

  /** An event may come twice (`jti` tells), and they may come in another order (`version` tells). */
  receive(token: string): void {
    const { jti, events } = v.parse(Claims, decodeJwt(token));
    if (this.#seen.has(jti)) return;
    this.#seen.add(jti);
    const { session_id, ...told } = events[LOGIN_EVENT];
    this.#toldOf(session_id).push(told);
    this.#listeners.get(session_id)?.(told);
  }

  /** The transport: it stays until it is stopped, or the end has been told. */
  readonly connect: Connect = ({ session, hear, signal }) => {
    const { sessionId } = session;
    let newest = 0;
    const hearNewer = (told: Told) => {
      if (told.version > newest) hear(told);
      newest = Math.max(newest, told.version);
    };
    return new Promise((resolve) => {
      const stop = () => {
        this.#listeners.delete(sessionId);
        resolve({});
      };
      signal.addEventListener("abort", stop, { once: true });
      const listen = (told: Told) => {
        hearNewer(told);
        if (told.status !== "approved") stop();
      };
      this.#listeners.set(sessionId, listen);
      for (const told of this.#toldOf(sessionId)) listen(told);
    });
  };

  stop(): Promise<void> {
    return this.#stop();
  }

  #toldOf(sessionId: string): Told[] {
    const known = this.#told.get(sessionId) ?? [];
    this.#told.set(sessionId, known);
    return known;
  }
}
