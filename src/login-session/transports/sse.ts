import { ok, type Result } from "../../lib/result.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { WatchCredentials, WatchError } from "../durable-object/watch-request.ts";
import type { SnapshotText } from "./snapshot-text.ts";
import { subscribe, type NewStub, type Subscription } from "./subscription.ts";

/** Milliseconds between heartbeats. Proxies close connections that are silent for about a minute. */
export const HEARTBEAT_INTERVAL = 15_000;

/** Milliseconds after which a browser's EventSource reconnects. */
const RETRY = 1000;

/**
 * Server-sent events (HTML §9.2): the Worker holds the stream, and a socket to the object behind it. So
 * the object sleeps while the stream is open, and only a change wakes it.
 */
export async function watchBySse(
  session: NewStub,
  watcher: WatchCredentials,
  { lastEventId, signal }: { lastEventId: string | undefined; signal: AbortSignal },
): Promise<Result<Response, WatchError>> {
  const opened = await subscribe(session, watcher);
  if (!opened.ok) return opened;
  const { value: subscription } = opened;
  const { initial } = subscription;
  const seen = seenVersion(lastEventId, initial);

  // 204 stops an EventSource: after the end there is nothing to stream. But a watcher that reconnects
  // and has missed the end gets it first.
  const hasMissedEnd = seen > 0 && seen < initial.version;
  if (isTerminal(initial) && !hasMissedEnd) {
    subscription.close();
    return ok(new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } }));
  }
  return ok(
    new Response(eventStream(subscription, seen, signal), {
      headers: {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store, no-transform",
        // nginx would otherwise collect events until its buffer is full.
        "X-Accel-Buffering": "no",
      },
    }),
  );
}

function eventStream(
  subscription: Subscription,
  seen: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const { initial } = subscription;
  const utf8 = new TextEncoder();
  let heartbeat: number | null = null;
  const release = () => {
    clearInterval(heartbeat);
    subscription.close();
  };
  return new ReadableStream({
    start(controller) {
      let last = seen;
      let newest = initial;
      const send = (text: string) => controller.enqueue(utf8.encode(text));
      const sendSnapshot = (snapshot: SnapshotText) => {
        newest = snapshot;
        if (snapshot.version > last) send(statusEvent(snapshot));
        last = Math.max(last, snapshot.version);
      };
      const finish = () => {
        release();
        controller.close();
      };
      // The object was reset by a deployment or a crash, and the session continues. Watchers reconnect
      // at random times, so that they don't all come at once.
      const interrupted = () => {
        if (!isTerminal(newest)) send(`retry: ${RETRY + Math.floor(Math.random() * RETRY)}\n\n`);
        finish();
      };
      send(`retry: ${RETRY}\n\n`);
      sendSnapshot(initial);
      if (isTerminal(initial)) return finish();

      heartbeat = setInterval(() => send(HEARTBEAT), HEARTBEAT_INTERVAL);
      subscription.listen({ snapshot: sendSnapshot, end: interrupted });
      signal.addEventListener("abort", release, { once: true });
    },
    cancel: release,
  });
}

/** The version that a watcher has seen. The header may hold any text (HTML §9.2.4), so other values count as none. */
function seenVersion(lastEventId: string | undefined, { version }: SnapshotText): number {
  const seen = /^\d{1,9}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
  return seen <= version ? seen : 0;
}

/** A named event with data, because comments and empty events never reach a page. */
const HEARTBEAT = "event: heartbeat\ndata: {}\n\n";

/** JSON text has no line breaks, so it is one `data` line. */
function statusEvent({ version, text }: SnapshotText): string {
  return `event: status\nid: ${version}\ndata: ${text}\n\n`;
}
