import { createHash } from "node:crypto";
import { join } from "node:path";
import { launchBrowser } from "../../test/e2e/support/chromium.ts";
import type { Row } from "../harness/rows.ts";
import { interleaved } from "../harness/interleave.ts";
import { distribution, middle } from "../harness/statistics.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { startWorkerd } from "../harness/workerd.ts";
import { visit, type Visit } from "../page/visit.ts";
import { ES256 } from "../targets/ours/server.ts";
import { workerBundle } from "../targets/ours/worker-bundle.ts";
import { startEdge } from "../wire/edge.ts";
import { roundTripsBeyondConnection } from "../wire/round-trips.ts";
import { startTcpProxy } from "../wire/tcp-proxy.ts";

/**
 * Time to the code: in a real browser with an empty cache, from opening the page until the QR code can
 * be scanned, with added network latency; and what the browser loads for it.
 */
export const page: Suite = {
  name: "page",
  measures: ["time_to_code", "round_trips_to_code", "bytes_to_code", "requests_to_code"],
  run,
};

/** Added round-trip times in milliseconds, and the number of visits for each. */
interface RunSize {
  near: number;
  middle: readonly number[];
  far: number;
  visits: number;
}

const FULL: RunSize = { near: 0, middle: [50], far: 200, visits: 9 };

const QUICK: RunSize = { near: 0, middle: [], far: 50, visits: 1 };

/** A page that shows a QR code. */
interface Page {
  subject: string;
  path: string;
}

const CALLBACK = "http://localhost/callback";

/** An authorization request as a client sends it (RFC 6749 §4.1.1, RFC 7636 §4.3). */
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
  await using wire = await startTcpProxy({ to: edge.port });
  const bundle = await workerBundle();
  const origin = `https://localhost:${wire.port}`;
  const client = { client_id: "bench", name: "The Bench", redirect_uris: [CALLBACK], ...ES256 };
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
  // A flag, not a context option: with the option the browser first refuses each certificate and then asks again.
  const browser = await launchBrowser({ args: ["--ignore-certificate-errors"] });
  try {
    // Only the first visit compiles the code and creates the keys.
    for (const { path } of PAGES) await visit(browser, wire, { url: origin + path, roundTrip: 0 });

    const runSize = quick ? QUICK : FULL;
    const roundTrips = [runSize.near, ...runSize.middle, runSize.far];
    const work = roundTrips.flatMap((roundTrip) => PAGES.map((page) => ({ roundTrip, page })));
    const visits = await interleaved(work, runSize.visits, ({ roundTrip, page }, round) => {
      if (roundTrip === runSize.near)
        log(`${page.subject}, visit ${round + 1} of ${runSize.visits}`);
      return visit(browser, wire, { url: origin + page.path, roundTrip });
    });
    note(
      "Time to the code: Chromium with an empty cache, HTTP/2 over TLS 1.3, Brotli, unlimited bandwidth; the browser, the Worker and the proxy between them share the same cores.",
    );
    return PAGES.flatMap(({ subject, path }) => {
      const at = (roundTrip: number) => {
        const found = work.find((one) => one.page.path === path && one.roundTrip === roundTrip);
        return (found && visits.get(found)) ?? [];
      };
      return rowsOf(subject, runSize, at);
    });
  } finally {
    await browser.close();
    await worker.stop();
  }
}

function rowsOf(
  subject: string,
  { near, middle: between, far }: RunSize,
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
