import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody's web site on this machine. */
export interface Site extends AsyncDisposable {
  origin: string;
}

export async function startSite(answer: RequestListener): Promise<Site> {
  const server = createServer(answer);
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
