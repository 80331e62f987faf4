import type { BrowserContext, CDPSession, Page } from "playwright-core";

/** A notification that the service worker requested. */
export interface Shown {
  title: string;
  body: string;
  lang: string | undefined;
}

/** The service worker of a page, with push messages from the test. */
export class RegisteredWorker {
  readonly #context: BrowserContext;
  readonly #devtools: CDPSession;
  readonly #origin: string;
  #registration = "";

  private constructor(context: BrowserContext, devtools: CDPSession, origin: string) {
    this.#context = context;
    this.#devtools = devtools;
    this.#origin = origin;
  }

  /** Must be called before the page registers it. */
  static async of(page: Page): Promise<RegisteredWorker> {
    const devtools = await page.context().newCDPSession(page);
    const worker = new RegisteredWorker(page.context(), devtools, new URL(page.url()).origin);
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      for (const { registrationId } of registrations) worker.#registration = registrationId;
    });
    await devtools.send("ServiceWorker.enable");
    const service = "pushMessaging";
    await devtools.send("BackgroundService.startObserving", { service });
    await devtools.send("BackgroundService.setRecording", { service, shouldRecord: true });
    return worker;
  }

  /**
   * Delivers a message to the worker. Returns the notifications that it requested, as a headless
   * browser cannot show any.
   */
  async push(data: string): Promise<Shown[]> {
    const [worker] = this.#context.serviceWorkers();
    if (!worker) throw new Error("there is no service worker");
    await worker.evaluate(() => {
      const shown: { title: string; body: string; lang: string | undefined }[] = [];
      Object.assign(globalThis, { shown });
      ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
        shown.push({ title, body: options?.body ?? "", lang: options?.lang });
      };
    });
    const completed = this.#completed();
    await this.#devtools.send("ServiceWorker.deliverPushMessage", {
      origin: this.#origin,
      registrationId: this.#registration,
      data,
    });
    const status = await completed;
    if (status !== "Success") throw new Error(`the push ended with ${status}`);
    return await worker.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown);
  }

  /** The result of the worker's next push event. */
  #completed(): Promise<string> {
    return new Promise((resolve) =>
      this.#devtools.on(
        "BackgroundService.backgroundServiceEventReceived",
        ({ backgroundServiceEvent: { eventName, eventMetadata } }) => {
          if (!/completed/i.test(eventName)) return;
          resolve(eventMetadata.find(({ key }) => key === "Status")?.value ?? "nothing");
        },
      ),
    );
  }
}
