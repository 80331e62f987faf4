import { LoginError } from "../login-error.ts";
import { fetchOrThrow } from "../request.ts";
import {
  bearer,
  fetchSnapshot,
  readSnapshot,
  sessionUrl,
  type TransportMessage,
  type Transport,
} from "./transport.ts";

/** The server sends a heartbeat every 15 s: two of them are missing, and some. */
const SILENCE = 35_000;

/**
 * Server-sent events, read from `fetch` since the browser's own EventSource can set no header.
 *
 * It asks without `Last-Event-ID`: the first event is then always the snapshot of now, which proves
 * that the stream gets through, where a proxy that collects answers would let nothing pass.
 */
export const sse: Transport = {
  silence: SILENCE,

  async *connect(target, signal) {
    const headers = { ...bearer(target), Accept: "text/event-stream" };
    const response = await fetchOrThrow(
      sessionUrl(target, "/events"),
      { headers, signal },
      target.wire?.fetch,
    );
    // There is nothing to stream once the session has ended; how it ended is told otherwise.
    if (response.status === 204) {
      const end = await fetchSnapshot(target, signal);
      if (end) yield end;
      return;
    }
    const type = response.headers.get("Content-Type") ?? "";
    if (!response.body || !type.startsWith("text/event-stream")) {
      throw new LoginError("protocol", "That is no event stream.");
    }
    yield* heard(response.body);
  },
};

async function* heard(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<TransportMessage, void, undefined> {
  const { EventSourceParserStream } = await import("./sse-parser.ts");
  // Not every browser can loop over a stream by itself.
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value.event === "status" ? readSnapshot(value.data) : "alive";
    }
  } finally {
    // The connection may have broken already, and then there is nothing to let go of.
    await reader.cancel().catch(() => undefined);
  }
}
