import { build } from "esbuild";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { codeToType } from "../../e2e/support/people.ts";
import { phoneFor, provider } from "./provider.ts";
import type { ClientId } from "./registrations.ts";
import { serveSite } from "./serve-site.ts";

/**
 * A single-page app. Its script makes a client of a library from the settings `issuer`, `clientId` and
 * `origin`, finishes a login if the address has one, and then sets `globalThis.client`.
 */
export class BrowserApp {
  readonly origin: string;
  readonly #clientId: ClientId;

  constructor(clientId: ClientId, script: string) {
    this.#clientId = clientId;
    this.origin = provider.sites[clientId];
    const bundled = this.#bundle(script);
    serveSite(this.origin, (request, response) => {
      if (request.url === "/app.js") {
        response.writeHead(200, { "Content-Type": "text/javascript" });
        void bundled.then((text) => response.end(text));
      } else {
        response.writeHead(200, { "Content-Type": "text/html" });
        response.end(
          '<!doctype html><title>App</title><script type="module" src="/app.js"></script>',
        );
      }
    });
  }

  /** Opens the app in a new tab. */
  async open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(error));
    await page.goto(`${this.origin}/`);
    await this.isReady(page);
    return page;
  }

  /** Waits until the app runs, after a navigation. */
  async isReady(page: Page): Promise<void> {
    await page.waitForURL(`${this.origin}/**`);
    await page.waitForFunction(() => "client" in globalThis);
  }

  /** Approves the login of the page at the provider, and waits until it is back. */
  async approve(page: Page): Promise<void> {
    await page.waitForURL(`${provider.issuer}/authorize?**`);
    const phone = phoneFor(this.#clientId);
    await phone.decide("approve", await phone.type(await codeToType(page)));
    await this.isReady(page);
  }

  async #bundle(script: string): Promise<string> {
    const settings = { issuer: provider.issuer, clientId: this.#clientId, origin: this.origin };
    const { outputFiles } = await build({
      stdin: {
        contents: `const { issuer, clientId, origin } = ${JSON.stringify(settings)};\n${script}`,
        resolveDir: join(import.meta.dirname, ".."),
      },
      bundle: true,
      format: "esm",
      write: false,
    });
    return outputFiles[0]?.text ?? "";
  }
}
