import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { PushBrowser } from "../../support/push-browser.ts";

/** A local push service with one subscribed browser. */
export class PushService implements AsyncDisposable {
  readonly origin: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #browser = new PushBrowser();
  readonly #messages: string[] = [];
  #tell: (() => void) | undefined;

  private constructor(server: ReturnType<typeof createServer>) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<PushService> {
    const server = createServer((request, response) => {
      void service.#receive(request).then(() => response.writeHead(201).end());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const service = new PushService(server);
    return service;
  }

  /** The subscription as the browser returns it. */
  get subscription(): { endpoint: string; keys: { p256dh: string; auth: string } } {
    return { endpoint: `${this.origin}/send`, keys: this.#browser.keys };
  }

  /** The next message, decrypted. */
  async next(): Promise<string> {
    while (this.#messages.length === 0) await new Promise<void>((tell) => (this.#tell = tell));
    return this.#messages.shift() ?? "";
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const plaintext = this.#browser.decrypt(Buffer.concat(chunks));
    this.#messages.push(new TextDecoder().decode(plaintext));
    this.#tell?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
