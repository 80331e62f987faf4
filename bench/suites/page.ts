import { createHash } from "node:crypto";
import { join } from "node:path";
import { launchBrowser } from "../../test/e2e/support/chromium.ts";
import type { Row } from "../harness/rows.ts";
import { interleaved } from "../harness/rounds.ts";
import { distribution, middle } from "../harness/statistics.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { startWorkerd } from "../harness/workerd.ts";
import { visit, type Visit } from "../page/visit.ts";
import { workerBundle } from "../subjects/ours/worker-bundle.ts";
import { startEdge } from "../wire/edge.ts";
import { roundTripsBeyondConnection } from "../wire/round-trips.ts";
import { layWire } from "../wire/tcp-proxy.ts";

/**
 * Time to the code: in a real browser whose cache is empty, from opening the page to a QR code that
 * can be scanned, over a wire that is made longer; and what the browser loads for it.
 */
export const page: Suite = {
  name: "page",
  measures: ["time_to_code", "round_trips_to_code", "bytes_to_code", "requests_to_code"],
  run,
};

/** Milliseconds that a round trip takes longer, and how often each page is opened over each. */
interface Extent {
  near: number;
  middle: readonly number[];
  far: number;
  visits: number;
}

const FULL: Extent = { near: 0, middle: [50], far: 200, visits: 9 };

const QUICK: Extent = { near: 0, middle: [], far: 50, visits: 1 };

/** A page on which a code appears. */
interface Page {
  subject: string;
  path: string;
}

const CALLBACK = "http://localhost/callback";

/** As a client would send a browser (RFC 6749 §4.1.1, RFC 7636 §4.3). */
const AUTHORIZE = `/authorize?${new URLSearchParams({
  response_type: "code",
  client_id: "bench",
  redirect_uri: CALLBACK,
  scope: "openid",
  state: "state",
  nonce: "nonce",
  code_challenge: createHash("sha256").update("verifier").digest("base64url"),
  code_challenge_method: "S256",
}).toString()}`;

const PAGES: readonly Page[] = [
  { subject: "screen-page", path: "/" },
  { subject: "authorize-page", path: AUTHORIZE },
];

async function run({ quick, folder, log, note }: SuiteContext): Promise<Row[]> {
  const assets = join(import.meta.dirname, "../../static");
  await using edge = await startEdge({ assets });
  await using wire = await layWire({ to: edge.port });
  const bundle = await workerBundle();
  const origin = `https://localhost:${wire.port}`;
  const client = { client_id: "bench", name: "The Bench", redirect_uris: [CALLBACK] };
  const clients = Array.isArray(bundle.vars?.["CLIENTS"]) ? bundle.vars["CLIENTS"] : [];
  const worker = await startWorkerd({
    ...bundle,
    name: "our Worker",
    vars: {
      ...bundle.vars,
      ISSUER: origin,
      CLIENTS: [...clients, { ...client, allowed_origins: [] }],
    },
    folder: folder("tmpfs"),
  });
  edge.worker = worker.origin;
  // By a flag, not for a context: there, each certificate is refused first, and then asked for again.
  const browser = await launchBrowser({ args: ["--ignore-certificate-errors"] });
  try {
    // What only the first visitor pays: the runtime compiles, the keys are made.
    for (const { path } of PAGES) await visit(browser, wire, { url: origin + path, roundTrip: 0 });

    const extent = quick ? QUICK : FULL;
    const roundTrips = [extent.near, ...extent.middle, extent.far];
    const work = roundTrips.flatMap((roundTrip) => PAGES.map((page) => ({ roundTrip, page })));
    const visits = await interleaved(work, extent.visits, ({ roundTrip, page }, round) => {
      if (roundTrip === extent.near) log(`${page.subject}, visit ${round + 1} of ${extent.visits}`);
      return visit(browser, wire, { url: origin + page.path, roundTrip });
    });
    note(
      "Time to the code: Chromium with an empty cache, HTTP/2 over TLS 1.3, Brotli, no limit but the round trip; the browser, the Worker and what stands between ran on the same cores.",
    );
    return PAGES.flatMap(({ subject, path }) => {
      const at = (roundTrip: number) => {
        const found = work.find((one) => one.page.path === path && one.roundTrip === roundTrip);
        return (found && visits.get(found)) ?? [];
      };
      return rowsOf(subject, extent, at);
    });
  } finally {
    await browser.close();
    await worker.stop();
  }
}

function rowsOf(
  subject: string,
  { near, middle: between, far }: Extent,
  at: (roundTrip: number) => Visit[],
): Row[] {
  const roundTrips = [near, ...between, far];
  const times = roundTrips.map((roundTrip): Row => {
    const each = at(roundTrip).map(({ code }) => [code]);
    return { measure: "time_to_code", subject, at: roundTrip, unit: "ms", ...distribution(each) };
  });
  const all = roundTrips.flatMap(at);
  return [
    ...times,
    {
      measure: "round_trips_to_code",
      subject,
      unit: "round trips",
      value: roundTripsBeyondConnection(at(near), at(far), far - near),
    },
    {
      measure: "bytes_to_code",
      subject,
      unit: "bytes",
      ...middle(all.map(({ bytes }) => bytes)),
    },
    {
      measure: "requests_to_code",
      subject,
      unit: "requests",
      ...middle(all.map(({ requests }) => requests)),
    },
  ];
}
