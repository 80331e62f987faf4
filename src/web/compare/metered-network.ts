import type { NetworkHooks } from "../../sdk/transports/transport.ts";
import { redactEvent, redactMessage, redactPath } from "./redact.ts";
import type { TrafficMeter } from "./traffic-meter.ts";
import { LOG } from "../ui/texts.ts";

/** A close code for applications (RFC 6455 §7.4.2). */
const CUT = 4000;

/** The close code of a broken connection (RFC 6455 §7.1.5). */
const BROKEN = 1006;

/**
 * The browser's `fetch` and `WebSocket`, with their traffic metered and logged. Open connections
 * can be cut.
 */
export class MeteredNetwork implements NetworkHooks {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  #meter: TrafficMeter;
  /** The functions that cut the open connections. */
  #open = new Set<() => void>();

  constructor(meter: TrafficMeter) {
    this.#meter = meter;
    this.fetch = (input, init) => this.#fetch(input, init);
    this.WebSocket = this.#socketClass();
  }

  /** Cuts all open connections. False if there are none. */
  cut(): boolean {
    const cuts = [...this.#open];
    this.#open.clear();
    this.#meter.log("connection", cuts.length > 0 ? LOG.cut : LOG.nothingToCut);
    for (const cut of cuts) cut();
    return cuts.length > 0;
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : input);
    const name = `${init.method ?? "GET"} ${redactPath(url)}`;
    const cutController = new AbortController();
    const cut = () => cutController.abort();
    const signals = init.signal ? [init.signal, cutController.signal] : [cutController.signal];
    this.#open.add(cut);
    this.#meter.request();
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      const type = response.headers.get("Content-Type") ?? "";
      if (type.startsWith("text/event-stream") && response.body) {
        this.#meter.log("up", `${name} → ${response.status}, ${LOG.staysOpen}`);
        return copy(
          response,
          response.body.pipeThrough(this.#listen(() => this.#open.delete(cut))),
        );
      }
      const body = await response.arrayBuffer();
      this.#open.delete(cut);
      this.#meter.received(body.byteLength);
      const message = redactMessage(new TextDecoder().decode(body));
      this.#meter.log("up", `${name} → ${response.status} ${message}`, body.byteLength);
      return copy(response, body);
    } catch (error) {
      // The caller aborted the request, so nothing is logged.
      if (!init.signal?.aborted) this.#meter.log("connection", `${name} → ${LOG.noAnswer}`);
      this.#open.delete(cut);
      throw error;
    }
  }

  /** Passes a stream on, and meters and logs its events. */
  #listen(ended: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    const utf8 = new TextDecoder();
    let begun = "";
    return new TransformStream({
      transform: (chunk, controller) => {
        this.#meter.received(chunk.byteLength);
        const blocks = (begun + utf8.decode(chunk, { stream: true })).split("\n\n");
        begun = blocks.pop() ?? "";
        for (const block of blocks) this.#meter.log("down", redactEvent(block), size(block) + 2);
        controller.enqueue(chunk);
      },
      flush: () => {
        ended();
        this.#meter.log("connection", LOG.closed);
      },
    });
  }

  #socketClass(): typeof WebSocket {
    const meter = this.#meter;
    const open = this.#open;
    return class MeteredWebSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        let isOpen: boolean | undefined;
        // A broken connection has no close handshake, so its close event is dispatched at once.
        const cut = () => {
          this.close(CUT);
          this.dispatchEvent(new CloseEvent("close", { code: BROKEN }));
        };
        open.add(cut);
        meter.request();
        const name = `GET ${redactPath(new URL(url))}`;
        this.addEventListener("open", () => {
          isOpen = true;
          meter.log("up", `${name} → 101, ${LOG.staysOpen}`);
        });
        this.addEventListener("message", ({ data }) => {
          const text = String(data);
          meter.received(size(text));
          meter.log("down", redactMessage(text), size(text));
        });
        this.addEventListener("close", () => {
          if (isOpen === undefined) meter.log("connection", `${name} → ${LOG.noAnswer}`);
          else if (isOpen && open.has(cut)) meter.log("connection", LOG.closed);
          isOpen = false;
          open.delete(cut);
        });
      }

      override send(data: string): void {
        super.send(data);
        meter.sent(size(data));
        meter.log("up", redactMessage(data), size(data));
      }
    };
  }
}

/** The response with another body. */
function copy({ status, statusText, headers }: Response, body: BodyInit): Response {
  // These statuses have no body (Fetch §2.2.4).
  const none = status === 204 || status === 304;
  return new Response(none ? null : body, { status, statusText, headers });
}

function size(text: string): number {
  return new TextEncoder().encode(text).length;
}
