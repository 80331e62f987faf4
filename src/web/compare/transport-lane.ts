import type { Status } from "../../protocol/snapshot.ts";
import type { TransportName } from "../../sdk/watch/reconnect.ts";
import { sse } from "../../sdk/transports/sse.ts";
import { websocket } from "../../sdk/transports/websocket.ts";
import type { WatchTarget, Transport } from "../../sdk/transports/transport.ts";
import { watch } from "../../sdk/watch/watch.ts";
import { callback, type Called } from "./callback.ts";
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
export interface News {
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
  news: News | undefined;
  /** The callback that its site received. */
  called: Called | undefined;
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
    const [transport, transports] = transportOf(this.way, clock, (call) => this.#call(call));
    const watched = { ...target, network: this.#network };
    try {
      for await (const event of watch(watched, { transport, signal, timeLeft }, transports)) {
        if (event.type === "connection") this.#connected(event.connected);
        if (event.type !== "snapshot") continue;
        const { status, match } = event.snapshot;
        this.digits = match?.by === "phone" ? match.digits : undefined;
        if (isNews(status)) this.news = { status, at: performance.now() };
        this.#learn(status);
        if (this.news) return;
      }
      this.#connect("over");
    } catch {
      this.#connect("failed");
    }
  }

  /** Cuts the connection, which is then made again. */
  cut(): void {
    if (!this.isOver) this.#network.cut();
  }

  #call(call: Called): void {
    if (this.called) return;
    this.called = call;
    this.meter.log("connection", LOG.called(call.bytes));
  }

  /** Whether it has finished. */
  get isOver(): boolean {
    return this.connection === "over" || this.connection === "failed";
  }

  #connected(connected: boolean): void {
    if (connected && this.connection === "reconnecting") this.reconnects++;
    this.#connect(connected ? "connected" : "reconnecting");
  }

  #connect(connection: Connection): void {
    this.connection = connection;
    this.#changed();
  }

  #learn(status: Status): void {
    this.status = status;
    if (this.news) this.connection = "over";
    this.#changed();
  }
}

/** Whether the status is a result: the phone has decided, or can't any more. */
function isNews(status: Status): boolean {
  return status !== "pending" && status !== "scanned";
}

/** The name under which `watch` uses the transport, and the transports that it chooses from. */
function transportOf(
  way: Way,
  clock: RemoteClock,
  called: (call: Called) => void,
): [TransportName, Record<TransportName, Transport>] {
  const poll = way === "callback" ? callback(clock, called) : shortPoll;
  return [way === "callback" ? "poll" : way, { websocket, sse, poll }];
}
