import { LoginError } from "../login-error.ts";
import { fetchOrThrow, parseJson } from "../request.ts";
import {
  bearer,
  fetchSnapshot,
  readSnapshot,
  sessionUrl,
  type TransportMessage,
  type Transport,
} from "./transport.ts";

/** Two missed heartbeats of the server, which sends one every 15 s. */
const IDLE_TIMEOUT = 35_000;

/**
 * Server-sent events, read from `fetch`, since `EventSource` can't send an Authorization header.
 *
 * It sends no `Last-Event-ID`, so that the first event is always the current snapshot. That event shows that
 * no proxy buffers the stream.
 */
export const sse: Transport = {
  idleTimeout: IDLE_TIMEOUT,

  async *connect(target, signal) {
    const headers = { ...bearer(target), Accept: "text/event-stream" };
    const response = await fetchOrThrow(
      sessionUrl(target, "/events"),
      { headers, signal },
      target.network?.fetch,
    );
    // The session has ended, so there is no stream, but there is a last snapshot.
    if (response.status === 204) {
      const snapshot = await fetchSnapshot(target, signal);
      if (snapshot) yield snapshot;
      return;
    }
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.body || !type.startsWith("text/event-stream")) {
      throw new LoginError("protocol", "Not an event stream.");
    }
    yield* messagesOf(response.body);
  },
};

async function* messagesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<TransportMessage, void, undefined> {
  const { EventSourceParserStream } = await import("./sse-parser.ts");
  // Not in every browser can a stream be read by `for await`.
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value.event === "status" ? readSnapshot(parseJson(value.data)) : "alive";
    }
  } finally {
    // It rejects if the connection broke, which the reader has reported already.
    await reader.cancel().catch(() => undefined);
  }
}
