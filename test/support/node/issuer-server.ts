import { createServer, type ServerResponse } from "node:http";
import type { TestProject } from "vitest/node";
import type { Behaviour } from "../issuer-behaviour.ts";

/**
 * An HTTP server for the key sets of trusted issuers, started once for all tests. A test sets the
 * behaviour of a path by PUT; a GET gets it. `?asked` returns the number of requests.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const behaviours = new Map<string, Behaviour>();
  const asked = new Map<string, number>();

  const server = createServer((request, response) => {
    const [path = "", query] = request.url?.split("?") ?? [];
    if (request.method === "PUT") {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const behaviour: Behaviour = JSON.parse(text);
        behaviours.set(path, behaviour);
        response.writeHead(204).end();
      });
    } else if (query === "asked") {
      response.end(String(asked.get(path) ?? 0));
    } else {
      asked.set(path, (asked.get(path) ?? 0) + 1);
      answer(response, behaviours.get(path) ?? { status: 404 });
    }
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  provide("issuerServer", `http://127.0.0.1:${address.port}`);

  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

function answer(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour.hangsUp) {
    response.destroy();
    return;
  }
  response.writeHead(behaviour.status ?? 200, behaviour.headers);
  if (behaviour.stalls) response.write(behaviour.body ?? " ");
  else response.end(behaviour.body ?? "");
}
