import type { Browser, CDPSession } from "playwright-core";
import { check, WrongAnswer } from "../harness/subject.ts";
import type { Arrival } from "../wire/round-trips.ts";
import type { Wire } from "../wire/tcp-proxy.ts";

/** What one visit took; `code` is the frame after the code was there. */
export interface Visit extends Arrival {
  /**
   * Until the page also hears of whoever scans the code. As the browser counts them: headers and
   * compressed bodies of the answers.
   */
  bytes: number;
  requests: number;
}

/** Runs in the page, before anything of the page's own: notes when the code was there to be seen. */
const WATCH = `
  new MutationObserver((_, observer) => {
    if (!document.querySelector("[data-link] svg path")) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      codeSeen({ code: performance.now(), connection: navigation.connectEnd });
    });
  }).observe(document, { childList: true, subtree: true });
`;

/** Somebody comes who has never been here, and waits until there is a code. */
export async function visit(
  browser: Browser,
  wire: Wire,
  { url, roundTrip }: { url: string; roundTrip: number },
): Promise<Visit> {
  wire.roundTrip = roundTrip;
  // A context of its own: an empty cache, and connections of its own.
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    const loaded = await countLoading(await context.newCDPSession(tab));
    const shown = Promise.withResolvers<Arrival>();
    await tab.exposeFunction("codeSeen", shown.resolve);
    await tab.addInitScript(WATCH);
    await tab.goto(url, { waitUntil: "commit" });
    const seen = await within(30_000, shown.promise, `a code at ${url}`);
    // The server may have drawn the code: of use it is once somebody waits behind it.
    await tab.locator('#connection[data-state="connected"]').waitFor();
    const { bytes, requests } = loaded();
    const link = await tab.locator("[data-link]").getAttribute("data-link");
    check(link?.startsWith(new URL("/q/", url).href) === true, `the code holds a link: ${link}`);
    return { ...seen, bytes, requests };
  } finally {
    await context.close();
  }
}

/** Fails where something takes longer than it ever may. */
async function within<Value>(limit: number, awaited: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WrongAnswer(`${what} did not come`)), limit);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the browser has loaded so far, by its own account. */
async function countLoading(
  devtools: CDPSession,
): Promise<() => { bytes: number; requests: number }> {
  let bytes = 0;
  let requests = 0;
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await devtools.send("Network.enable");
  return () => ({ bytes, requests });
}
