import { waitByCallback } from "../subjects/ours/callback.ts";
import { waitByLongPoll } from "../subjects/ours/long-poll.ts";
import { waitByPolling } from "../subjects/ours/poll.ts";
import { CALLBACK_CLIENT, SCREEN_CLIENT } from "../subjects/ours/server.ts";
import { waitBySse } from "../subjects/ours/sse.ts";
import type { Waiting } from "../subjects/ours/subject.ts";
import { waitByWebSocket } from "../subjects/ours/websocket.ts";

/** A way of waiting, and the Worker on which it is counted. */
export interface Way {
  subject: string;
  /** The Worker that counts: a file, from the root of the project. */
  entry: string;
  clientId: string;
  wait: Waiting;
}

const COUNTING = "bench/subjects/counted/worker.ts";

export const WAYS: readonly Way[] = [
  { subject: "websocket", wait: waitByWebSocket },
  { subject: "sse", wait: waitBySse },
  { subject: "sse-in-object", wait: waitBySse, entry: "bench/subjects/sse-in-object/worker.ts" },
  { subject: "long-poll", wait: waitByLongPoll },
  { subject: "poll-5s", wait: waitByPolling(5_000) },
  { subject: "poll-2s", wait: waitByPolling(2_000) },
  { subject: "callback", wait: waitByCallback, clientId: CALLBACK_CLIENT },
].map((way) => ({ entry: COUNTING, clientId: SCREEN_CLIENT, ...way }));

/** One of each kind: an object's socket, a bridge, an object that can't sleep, and polling. */
export const QUICK_WAYS: readonly string[] = ["websocket", "sse", "sse-in-object", "poll-2s"];
