import { ok } from "../../lib/result.ts";
import type { LoginResult } from "../domain/errors.ts";
import type { WatchCredentials } from "../durable-object/watch-request.ts";
import { isTerminal, type Snapshot } from "../../protocol/snapshot.ts";
import { subscribe, type NewStub, type Subscription } from "./subscription.ts";

/** Milliseconds between signs of life: proxies cut what is silent for a minute or so. */
export const HEARTBEAT_INTERVAL = 15_000;

/** Milliseconds after which a browser's EventSource should come back. */
const RETRY = 1000;

/**
 * Server-sent events (HTML §9.2): the Worker holds the stream, and a socket to the object behind it,
 * so the object sleeps while the stream is open. Writing to the stream costs nobody anything; only
 * a change wakes the object, and that is awake already.
 */
export async function watchBySse(
  session: NewStub,
  watcher: WatchCredentials,
  { lastEventId, signal }: { lastEventId: string | undefined; signal: AbortSignal },
): Promise<LoginResult<Response>> {
  const opened = await subscribe(session, watcher);
  if (!opened.ok) return opened;
  const watch = opened.value;
  const seen = seenVersion(lastEventId, watch.first);

  // After the end there is nothing to stream, and 204 is how an EventSource is told to stop. But one
  // that reconnects from before the end has missed it, and is told it first.
  const missedTheEnd = seen > 0 && seen < watch.first.version;
  if (isTerminal(watch.first) && !missedTheEnd) {
    watch.close();
    return ok(new Response(null, { status: 204, headers: { "Cache-Control": "no-store" } }));
  }
  return ok(
    new Response(eventStream(watch, seen, signal), {
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
  watch: Subscription,
  seen: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  let heartbeat: number | null = null;
  const release = () => {
    clearInterval(heartbeat);
    watch.close();
  };
  return new ReadableStream({
    start(controller) {
      let last = seen;
      let newest = watch.first;
      const send = (text: string) => controller.enqueue(utf8.encode(text));
      const tell = (snapshot: Snapshot) => {
        newest = snapshot;
        if (snapshot.version > last) send(statusEvent(snapshot));
        last = Math.max(last, snapshot.version);
      };
      const finish = () => {
        release();
        controller.close();
      };
      // The object is gone, by a deployment or a crash, and the session goes on: whoever watches comes
      // back, and not all at the same moment.
      const interrupted = () => {
        if (!isTerminal(newest)) send(`retry: ${RETRY + Math.floor(Math.random() * RETRY)}\n\n`);
        finish();
      };
      send(`retry: ${RETRY}\n\n`);
      tell(watch.first);
      if (isTerminal(watch.first)) return finish();

      heartbeat = setInterval(() => send(HEARTBEAT), HEARTBEAT_INTERVAL);
      watch.listen({ snapshot: tell, end: interrupted });
      signal.addEventListener("abort", release, { once: true });
    },
    cancel: release,
  });
}

/** The version that a watcher has seen. What this session never had is no version (HTML §9.2.4: it may be any text). */
function seenVersion(lastEventId: string | undefined, { version }: Snapshot): number {
  const seen = /^\d{1,9}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
  return seen <= version ? seen : 0;
}

/** A named event, since comments never reach a page, and an empty one would not be dispatched. */
const HEARTBEAT = "event: heartbeat\ndata: {}\n\n";

function statusEvent(snapshot: Snapshot): string {
  return `event: status\nid: ${snapshot.version}\ndata: ${JSON.stringify(snapshot)}\n\n`;
}
