import * as v from "valibot";
import { WebSocket } from "ws";
import { openEventStream } from "../harness/event-stream.ts";
import { jsonOf, sendJson } from "../harness/http.ts";
import { check, type Subject, type WaitingLogin } from "../harness/subject.ts";
import { expectStatus } from "./ours/login.ts";
import { startBaseline, subjectOf } from "./baseline-process.ts";

const Created = v.object({ id: v.string() });
const Status = v.object({
  id: v.string(),
  status: v.picklist(["pending", "approved"]),
  user: v.optional(v.string()),
});
const Confirmed = v.object({ status: v.literal("approved") });

type OnMessage = (json: string, at: number) => void;
type Watch = (
  url: string,
  onMessage: OnMessage,
  failed: (error: Error) => void,
) => Promise<() => void>;

const bySocket: Watch = (url, onMessage, failed) => {
  const socket = new WebSocket(url.replace("http", "ws"), { perMessageDeflate: false });
  socket.on("message", (data: Buffer) => onMessage(data.toString(), performance.now()));
  socket.on("error", failed);
  socket.on("close", () => failed(new Error("The WebSocket ended before the approval.")));
  return Promise.resolve(() => socket.terminate());
};

const byStream: Watch = async (url, onMessage) => {
  const stream = await openEventStream(`${url}/events`, {}, ({ data, at }) => onMessage(data, at));
  return stream.close;
};

/** The tutorial's server, with a WebSocket. */
export const nodeWs: Subject = tutorial(
  "node-ws",
  "A server as tutorials write it, on Node with ws: a Map in memory, no tokens, no storage, no expiry.",
  bySocket,
);

export const nodeSse: Subject = tutorial("node-sse", "The same, by server-sent events.", byStream);

function tutorial(name: string, about: string, watch: Watch): Subject {
  return {
    name,
    about,
    async start() {
      const process = await startBaseline("tutorial");
      let logins = 0;
      return subjectOf(process, ({ through = process.origin }) => {
        logins += 1;
        return beginLogin(through, `person-${logins}`, watch);
      });
    },
  };
}

async function beginLogin(origin: string, user: string, watch: Watch): Promise<WaitingLogin> {
  const created = await sendJson(`${origin}/sessions`, {});
  expectStatus(created, 201, "a session");
  const { id } = v.parse(Created, jsonOf(created));
  const url = `${origin}/sessions/${id}`;
  const first = Promise.withResolvers<void>();
  const notified = Promise.withResolvers<number>();
  notified.promise.catch(() => undefined);
  const fail = (error: Error) => {
    first.reject(error);
    notified.reject(error);
  };
  const onMessage: OnMessage = (json, at) => {
    try {
      const status = v.parse(Status, JSON.parse(json));
      check(status.id === id, "A screen got the event of another login.");
      first.resolve();
      if (status.status !== "approved") return;
      check(status.user === user, "A screen got the wrong user.");
      notified.resolve(at);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const close = await watch(url, onMessage, fail);
  await first.promise;
  return {
    // There is no scan step: everybody who knows the id can confirm.
    scan: () => Promise.resolve(),
    async approve() {
      const sentAt = performance.now();
      const answer = await sendJson(`${url}/confirm`, { user });
      expectStatus(answer, 200, "a confirmation");
      v.parse(Confirmed, jsonOf(answer));
      return sentAt;
    },
    notified: notified.promise,
    // There are no tokens: the approval contains the user.
    async finish() {
      const at = await notified.promise;
      close();
      return at;
    },
    abandon: close,
  };
}
