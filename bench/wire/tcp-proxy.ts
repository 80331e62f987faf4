import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { portOf } from "../harness/port-of.ts";
import { sum, type Traffic } from "./traffic.ts";

/**
 * A TCP proxy between a client and a server: it counts the bytes that TCP carries and can add network
 * latency.
 */
export interface Wire extends AsyncDisposable {
  /** The address for the client. */
  origin: string;
  port: number;
  /** Added round-trip time in milliseconds for new connections, half in each direction. */
  roundTrip: number;
  /** Returns the traffic since the last call. */
  take(): Traffic;
}

export interface WireOptions {
  /** The port of the server. */
  to: number;
  roundTrip?: number;
}

const HOST = "127.0.0.1";

export async function startTcpProxy({ to, roundTrip = 0 }: WireOptions): Promise<Wire> {
  let traffic = sum();
  let delay = roundTrip / 2;
  const open = new Set<Socket>();
  // Each direction is closed separately, as in TCP.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    traffic.connections++;
    const upstream = connect({ host: HOST, port: to, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {
        client.destroy();
        upstream.destroy();
      });
      socket.on("close", () => open.delete(socket));
    }
    // TCP's handshake takes a round trip before the client can send; on loopback it takes none.
    const connectedAt = performance.now() + 2 * delay;
    const requestsIn = requestCounter();
    forward(client, upstream, { delay, connectedAt }, (chunk) => {
      traffic.up += chunk.length;
      traffic.requests += requestsIn(chunk);
    });
    forward(upstream, client, { delay }, (chunk) => (traffic.down += chunk.length));
  });
  server.listen(0, HOST);
  await once(server, "listening");
  const bound = portOf(server);

  return {
    origin: `http://localhost:${bound}`,
    port: bound,
    get roundTrip() {
      return 2 * delay;
    },
    set roundTrip(milliseconds) {
      delay = milliseconds / 2;
    },
    take() {
      const taken = traffic;
      traffic = sum();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Forwards chunks in order, each `delay` ms after it arrived. */
function forward(
  from: Socket,
  to: Socket,
  { delay, connectedAt = 0 }: { delay: number; connectedAt?: number },
  count: (chunk: Buffer) => void,
): void {
  const underway: { arrivesAt: number; arrive: () => void }[] = [];
  const carry = (arrive: () => void) => {
    if (delay === 0) return arrive();
    const arrivesAt = Math.max(performance.now(), connectedAt) + delay;
    underway.push({ arrivesAt, arrive });
    if (underway.length === 1) setTimeout(deliver, delay);
  };
  const deliver = () => {
    const now = performance.now();
    while (underway[0] && underway[0].arrivesAt <= now) underway.shift()?.arrive();
    const [next] = underway;
    if (next) setTimeout(deliver, Math.max(1, next.arrivesAt - now));
  };
  from.on("data", (chunk: Buffer) => {
    count(chunk);
    carry(() => {
      if (!to.destroyed) to.write(chunk);
    });
  });
  from.on("end", () => carry(() => to.end()));
}

/** The end of a request's first line (RFC 9112 §3). */
const REQUEST_LINE_END = " HTTP/1.1\r\n";

/** Counts the requests in a stream, wherever it is divided into chunks. */
function requestCounter(): (chunk: Buffer) => number {
  let tail = "";
  return (chunk) => {
    const text = tail + chunk.toString("latin1");
    tail = text.slice(1 - REQUEST_LINE_END.length);
    return text.split(REQUEST_LINE_END).length - 1;
  };
}
