import type { Browser, CDPSession } from "playwright-core";
import { check, WrongAnswer } from "../harness/subject.ts";
import type { Arrival } from "../wire/round-trips.ts";
import type { Wire } from "../wire/tcp-proxy.ts";

/** The result of one visit; `code` is the time of the first frame after the code was in the page. */
export interface Visit extends Arrival {
  /**
   * Bytes until the page watches the session, as the browser counts them: headers and compressed bodies of
   * the answers.
   */
  bytes: number;
  requests: number;
}

/** Runs in the page before its own scripts: records when the code is visible. */
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

/** Opens the page with an empty cache and waits until the code is visible. */
export async function visit(
  browser: Browser,
  wire: Wire,
  { url, roundTrip }: { url: string; roundTrip: number },
): Promise<Visit> {
  wire.roundTrip = roundTrip;
  // A new context has an empty cache and new connections.
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    const loaded = await countLoading(await context.newCDPSession(tab));
    const shown = Promise.withResolvers<Arrival>();
    await tab.exposeFunction("codeSeen", shown.resolve);
    await tab.addInitScript(WATCH);
    await tab.goto(url, { waitUntil: "commit" });
    const seen = await within(30_000, shown.promise, `a code at ${url}`);
    // The server may have rendered the code, but it is only useful when the page watches the session.
    await tab.locator('#connection[data-state="connected"]').waitFor();
    const { bytes, requests } = loaded();
    const link = await tab.locator("[data-link]").getAttribute("data-link");
    check(
      link?.startsWith(new URL("/q/", url).href) === true,
      `the code must contain a link: ${link}`,
    );
    return { ...seen, bytes, requests };
  } finally {
    await context.close();
  }
}

/** Fails if something takes longer than allowed. */
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

/** What the browser has loaded so far, as the browser counts it. */
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
