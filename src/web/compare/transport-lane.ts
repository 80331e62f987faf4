import type { Status } from "../../protocol/snapshot.ts";
import type { TransportName } from "../../sdk/watch/transport-fallback.ts";
import { sse } from "../../sdk/transports/sse.ts";
import { websocket } from "../../sdk/transports/websocket.ts";
import type { WatchTarget, Transport } from "../../sdk/transports/transport.ts";
import { watch } from "../../sdk/watch/watch.ts";
import { callback, type ReceivedCallback } from "./callback.ts";
import { TrafficMeter } from "./traffic-meter.ts";
import { MeteredNetwork } from "./metered-network.ts";
import type { RemoteClock } from "./remote-clock.ts";
import { LOG } from "../ui/texts.ts";
import { shortPoll } from "./short-poll.ts";

/** The four transports that the page compares. */
export const WAYS = ["websocket", "sse", "poll", "callback"] as const;
export type Way = (typeof WAYS)[number];

export type Connection = "connecting" | "connected" | "reconnecting" | "over" | "failed";

/** The result of the login, and when this screen received it, by `performance.now()`. */
export interface LaneResult {
  status: Status;
  at: number;
}

/** What all four screens have in common. */
export interface Wait {
  target: WatchTarget;
  timeLeft: () => number;
  /** `performance.now()` at the start. */
  startedAt: number;
  signal: AbortSignal;
  clock: RemoteClock;
}

/** One of the four screens, with a connection of its own. */
export class TransportLane {
  readonly way: Way;
  readonly meter: TrafficMeter;
  connection: Connection = "connecting";
  /** The latest status. */
  status: Status = "pending";
  /** The digits for number matching. */
  digits: string | undefined;
  result: LaneResult | undefined;
  /** The callback that its site received. */
  callback: ReceivedCallback | undefined;
  /** How many times it reconnected. */
  reconnects = 0;
  #wait: Wait;
  #network: MeteredNetwork;
  #changed: () => void;

  constructor(way: Way, wait: Wait, changed: (lane: TransportLane) => void) {
    this.way = way;
    this.#wait = wait;
    this.#changed = () => changed(this);
    this.meter = new TrafficMeter(() => performance.now() - wait.startedAt, this.#changed);
    this.#network = new MeteredNetwork(this.meter);
  }

  /** Watches the login until the result, the end of the watch, or an abort. */
  async run(): Promise<void> {
    const { target, timeLeft, signal, clock } = this.#wait;
    const [transport, transports] = transportOf(this.way, clock, (call) =>
      this.#callbackReceived(call),
    );
    const watched = { ...target, network: this.#network };
    try {
      for await (const event of watch(watched, { transport, signal, timeLeft }, transports)) {
        if (event.type === "connection") this.#connected(event.connected);
        if (event.type !== "snapshot") continue;
        const { status, match } = event.snapshot;
        this.digits = match?.by === "phone" ? match.digits : undefined;
        if (isResult(status)) this.result = { status, at: performance.now() };
        this.#setStatus(status);
        if (this.result) return;
      }
      this.#setConnection("over");
    } catch {
      this.#setConnection("failed");
    }
  }

  /** Cuts the connection, which is then made again. */
  cut(): void {
    if (!this.isOver) this.#network.cut();
  }

  #callbackReceived(call: ReceivedCallback): void {
    if (this.callback) return;
    this.callback = call;
    this.meter.log("connection", LOG.called(call.bytes));
  }

  /** Whether it has finished. */
  get isOver(): boolean {
    return this.connection === "over" || this.connection === "failed";
  }

  #connected(connected: boolean): void {
    if (connected && this.connection === "reconnecting") this.reconnects++;
    this.#setConnection(connected ? "connected" : "reconnecting");
  }

  #setConnection(connection: Connection): void {
    this.connection = connection;
    this.#changed();
  }

  #setStatus(status: Status): void {
    this.status = status;
    if (this.result) this.connection = "over";
    this.#changed();
  }
}

/** Whether the status is a result: the phone has decided, or can't any more. */
function isResult(status: Status): boolean {
  return status !== "pending" && status !== "scanned";
}

/** The name under which `watch` uses the transport, and the transports that it chooses from. */
function transportOf(
  way: Way,
  clock: RemoteClock,
  onCallback: (call: ReceivedCallback) => void,
): [TransportName, Record<TransportName, Transport>] {
  const poll = way === "callback" ? callback(clock, onCallback) : shortPoll;
  return [way === "callback" ? "poll" : way, { websocket, sse, poll }];
}
