import { waitByCallback } from "../targets/ours/callback.ts";
import { waitByLongPoll } from "../targets/ours/long-poll.ts";
import { waitByPolling } from "../targets/ours/poll.ts";
import { CALLBACK_CLIENT, SCREEN_CLIENT } from "../targets/ours/server.ts";
import { waitBySse } from "../targets/ours/sse.ts";
import type { Waiting } from "../targets/ours/subject.ts";
import { waitByWebSocket } from "../targets/ours/websocket.ts";

/** A transport, and the Worker in which it is counted. */
export interface CountedTransport {
  subject: string;
  /** The counting Worker: a file, relative to the root of the project. */
  entry: string;
  clientId: string;
  wait: Waiting;
}

const COUNTING = "bench/targets/counted/worker.ts";

export const TRANSPORTS: readonly CountedTransport[] = [
  { subject: "websocket", wait: waitByWebSocket },
  { subject: "sse", wait: waitBySse },
  { subject: "sse-in-object", wait: waitBySse, entry: "bench/targets/sse-in-object/worker.ts" },
  { subject: "long-poll", wait: waitByLongPoll },
  { subject: "poll-5s", wait: waitByPolling(5_000) },
  { subject: "poll-2s", wait: waitByPolling(2_000) },
  { subject: "callback", wait: waitByCallback, clientId: CALLBACK_CLIENT },
].map((transport) => ({ entry: COUNTING, clientId: SCREEN_CLIENT, ...transport }));

/** One of each kind: a socket to the object, a translation in the Worker, an object that can't sleep, and polling. */
export const QUICK_TRANSPORTS: readonly string[] = ["websocket", "sse", "sse-in-object", "poll-2s"];
