import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A local web site. */
export interface Site extends AsyncDisposable {
  origin: string;
}

/** `127.0.0.1` is another site than our `localhost`. Port 0 is any free one. */
export async function startSite(
  answer: RequestListener,
  host: "localhost" | "127.0.0.1" = "localhost",
  port = 0,
): Promise<Site> {
  const server = createServer(answer);
  server.listen(port, host);
  await once(server, "listening");
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
