import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** The local end of a tunnel: passes requests on to a port, and keeps the host name that people open. */
export interface Tunnel {
  /** Where the tunnel is reached on this machine. */
  port: number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startTunnel(target: number): Promise<Tunnel> {
  const onward = ({ method, url, headers }: IncomingMessage) =>
    request({ host: "localhost", port: target, method, path: url, headers, agent: false });

  const server = createServer((incoming, answer) => {
    const outgoing = onward(incoming);
    outgoing.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
      // Sends the headers of an event stream before its first event.
      answer.flushHeaders();
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (incoming, socket) => {
    upgraded.add(socket);
    const outgoing = onward(incoming);
    outgoing.on("upgrade", (response, upstream) => {
      const headers = response.rawHeaders.flatMap((name, i, all) =>
        i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : [],
      );
      socket.write(["HTTP/1.1 101 Switching Protocols", ...headers, "", ""].join("\r\n"));
      upstream.pipe(socket).pipe(upstream);
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    outgoing.on("response", (response) => {
      socket.end(`HTTP/1.1 ${response.statusCode} Refused\r\nConnection: close\r\n\r\n`);
      response.resume();
    });
    outgoing.on("error", () => socket.destroy());
    outgoing.end();
  });
  await once(server.listen(0, "localhost"), "listening");
  const { port } = portOf(server.address());
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address !== "object" || address === null) throw new Error("the tunnel has no port");
  return address;
}
