import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TestProject } from "vitest/node";
import type { ReceivedMessage, ReceiverBehaviour } from "../../receivers/receiver-behaviour.ts";

/** The behaviour of one path and its received messages. */
class Address {
  readonly messages: ReceivedMessage[] = [];
  readonly #waiting: { count: number; tell: () => void }[] = [];
  #held: ServerResponse[] = [];
  #behaviour: ReceiverBehaviour = { status: 202 };

  behave(behaviour: ReceiverBehaviour): void {
    this.#behaviour = behaviour;
    if (behaviour.holds) return;
    for (const response of this.#held.splice(0)) this.#answer(response);
  }

  receive(message: ReceivedMessage, response: ServerResponse): void {
    this.messages.push(message);
    for (const { count, tell } of this.#waiting) if (this.messages.length >= count) tell();
    if (this.#behaviour.holds) this.#held.push(response);
    else this.#answer(response);
  }

  /** Waits for this number of messages. */
  got(count: number): Promise<void> {
    if (this.messages.length >= count) return Promise.resolve();
    return new Promise((tell) => this.#waiting.push({ count, tell }));
  }

  #answer(response: ServerResponse): void {
    const { status = 200, headers, body = "", hangsUp, stalls } = this.#behaviour;
    if (hangsUp) {
      response.destroy();
      return;
    }
    response.writeHead(status, headers);
    if (stalls) response.write(body === "" ? " " : body);
    else response.end(body);
  }
}

/**
 * An HTTP server for the receivers of clients. The first segment of a path is the receiver. A test
 * sets its behaviour by PUT and reads its messages by GET: `?count=2` waits for two.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const addresses = new Map<string, Address>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://receiver");
    const address = addresses.get(pathname) ?? new Address();
    addresses.set(pathname, address);
    const bytes = await bytesOf(request);
    const body = bytes.toString();
    if (request.method === "PUT") {
      const behaviour: ReceiverBehaviour = JSON.parse(body);
      address.behave(behaviour);
      response.writeHead(204).end();
    } else if (searchParams.has("count")) {
      await address.got(Number(searchParams.get("count")));
      response.end(JSON.stringify(address.messages));
    } else {
      const { method = "", headers } = request;
      address.receive({ method, headers, body, bytes: bytes.toString("base64url") }, response);
    }
  };
  const server = createServer((request, response) => void serve(request, response));

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  provide("receiverServer", `http://127.0.0.1:${bound.port}`);

  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
